// What changed counts as seen once it has been on the screen for a while; the button says so at once.
const LOOKED_MS = 5000

class SeenMark extends HTMLElement {
  connectedCallback() {
    this.watch = new IntersectionObserver((entries) => this.look(entries.some((entry) => entry.isIntersecting)))
    this.watch.observe(this)
    this.onhide = () => this.look(false)
    document.addEventListener("visibilitychange", this.onhide)
  }

  disconnectedCallback() {
    this.watch.disconnect()
    clearTimeout(this.timer)
    document.removeEventListener("visibilitychange", this.onhide)
  }

  look(isShown) {
    clearTimeout(this.timer)
    if (isShown && !document.hidden) this.timer = setTimeout(() => this.send(), LOOKED_MS)
  }

  async send() {
    const form = this.querySelector("form")
    if (!form) return
    this.watch.disconnect()
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" })
    if (answer.ok || answer.type === "opaqueredirect") this.dispatchEvent(new CustomEvent("seen-mark:seen", { bubbles: true }))
  }
}
customElements.define("seen-mark", SeenMark)
