// Loaded first. Under `require-trusted-types-for 'script'` every string that reaches a sink passes here:
// HTML becomes plain text, scripts come only from the folder this file lies in and its siblings, text is never run.
if (window.trustedTypes?.createPolicy) {
  const home = new URL("../", document.currentScript.src);
  const named = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  window.trustedTypes.createPolicy("default", {
    createHTML: (text) => text.replace(/[&<>"']/g, (sign) => named[sign]),
    createScriptURL: (address) => {
      const url = new URL(address, document.baseURI);
      return url.origin === home.origin && url.pathname.startsWith(home.pathname) ? url.href : null;
    },
    createScript: () => null,
  });
}
