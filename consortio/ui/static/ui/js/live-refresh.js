// While the page is looked at, asks whether others changed something, and then fetches it anew; never under somebody's hands.
const QUICK = 10_000, SLOW = 60_000, UNATTENDED = { "X-Unattended": "1" }

class LiveRefresh extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.button.addEventListener("click", () => location.reload())
    this.onLook = () => document.hidden || this.#begin(0)
    document.addEventListener("visibilitychange", this.onLook)
    this.#begin(QUICK)
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    document.removeEventListener("visibilitychange", this.onLook)
  }

  #begin(wait) {
    this.pause = QUICK
    this.#later(wait)
  }

  #later(wait) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.#ask(), wait)
  }

  async #ask() {
    if (document.hidden || !this.isConnected) return // asked again when somebody looks
    const way = `${this.dataset.url}?since=${this.dataset.since}`
    const answer = await fetch(way, { headers: UNATTENDED, redirect: "manual" }).catch(() => null)
    if (answer && (answer.status === 401 || answer.type === "opaqueredirect")) return // signed out
    if (answer?.status === 200 && !this.#isBusy()) {
      await htmx.ajax("GET", location.pathname + location.search, LiveRefresh.whole).catch(() => null)
      return this.isConnected && this.#begin(QUICK)
    }
    this.button.hidden = answer?.status !== 200
    this.pause = Math.min(this.pause * (answer?.ok ? 1.25 : 2), SLOW)
    this.#later(this.pause)
  }

  #isBusy() {
    const page = this.closest("main")
    const isOpen = page.querySelector(":popover-open, dialog[open]") || document.querySelector("dialog:modal")
    const fields = [...page.querySelectorAll("input:not([type=hidden]), textarea, select")]
    return Boolean(isOpen) || fields.some((field) => field === document.activeElement || this.#isChanged(field))
  }

  #isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked
    if (field.options) return [...field.options].some((one) => one.defaultSelected) && !field.selectedOptions[0]?.defaultSelected
    return field.value !== field.defaultValue
  }

  static whole = { target: "#main", select: "#main", swap: "outerMorph", headers: UNATTENDED }
}
customElements.define("live-refresh", LiveRefresh)
