/** Someone who can be granted something. */
export interface IIdentity {
  /** IAM member, such as `serviceAccount:...`, `user:...` or `group:...`. */
  readonly member: string;
  /** Short stable name, part of the construct ids of this identity's grants. */
  readonly id: string;
}

/** An identity that is made elsewhere: a person, a group, or an account of another stack. */
export const identity = (member: string): IIdentity => ({
  member,
  id: member.replace(/[^A-Za-z0-9]+/g, "-"),
});
