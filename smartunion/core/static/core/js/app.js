// Entry of every page. Each module looks for its data- attributes; pages work without any of them.
import "./toasts.js";
import "./popovers.js";
import "./menus.js";
import "./sheets.js";
import "./offline.js";
import "./elder.js";
import "./clipboard.js";
import "./photos.js";
import "./listing.js";
import "./ways.js";
import "./forms.js";
import "./lookups.js";
import "./choices.js";
import "./files.js";
import "./signout.js";

// Charts are a big library: it comes only where there is one to draw, now or after a swap.
const charts = () => document.querySelector("figure[data-chart]") && import("./charts.js");
charts();
document.addEventListener("htmx:afterSettle", charts);
