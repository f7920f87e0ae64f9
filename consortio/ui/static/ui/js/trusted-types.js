// The page's one Trusted Types policy, and the only way htmx may write: answers of our own server, never a script.
(() => {
  const refuse = () => { throw new TypeError("no script comes from text") }
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("app", { createHTML: (text) => text, createScript: refuse, createScriptURL: refuse })
    : { createHTML: (text) => text, createScript: refuse }

  htmx.registerExtension("app-security", {
    init: (api) => api.initSecurity(policy, refuse, refuse),
  })
})()
