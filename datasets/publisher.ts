export const torontoPolice = "Toronto Police Service, through City of Toronto Open Data";

export const openGovernmentLicenceToronto = {
  name: "Open Government Licence – Toronto",
  url: "https://open.toronto.ca/open-data-licence/",
};
