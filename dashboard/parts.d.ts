/** Parts of the page that the bundle step makes and builds in as text. */
declare module "page:style.css" {
  const text: string;
  export default text;
}
declare module "page:early.mts" {
  const text: string;
  export default text;
}
declare module "page:browser.mts" {
  const text: string;
  export default text;
}

/** Identifies the sources that the renderer was bundled from. */
declare const RENDERER: string;
