// Entry of every page. Each module looks for its data- attributes; pages work without any of them.
import "./toasts.js";
import "./popovers.js";
import "./sheets.js";
import "./offline.js";
import "./elder.js";
import "./clipboard.js";
import "./photos.js";
import "./listing.js";
import "./forms.js";
