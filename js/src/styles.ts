/** All style sheets in one place: side by side they pack into far fewer bytes. */
import base from "./base.css";
import chartStyles from "./charts/charts.css";
import facetStyles from "./facets/facets.css";
import queryStyles from "./query/query.css";
import cellStyles from "./records/cells.css";
import detailStyles from "./records/detail.css";
import footerStyles from "./records/footer.css";
import menuStyles from "./records/menu.css";
import recordStyles from "./records/records.css";
import shareStyles from "./share/share.css";
import shellStyles from "./shell/shell.css";

export const STYLES = [
  base,
  shellStyles,
  queryStyles,
  recordStyles,
  cellStyles,
  detailStyles,
  footerStyles,
  menuStyles,
  facetStyles,
  chartStyles,
  shareStyles,
].join("\n");
