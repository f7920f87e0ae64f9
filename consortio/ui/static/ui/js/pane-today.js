// Bars open at their beginning where today is in sight from there, else with today a third from their start edge; the
// same when their scale changes. A fold leaves them in place.
class PaneToday extends HTMLElement {
  static observedAttributes = ["data-scale"]

  connectedCallback() {
    if (!this.scrollLeft) this.#show()
  }

  attributeChangedCallback(name, before) {
    if (before !== null) requestAnimationFrame(() => this.#show())
  }

  #show() {
    const flag = this.querySelector(".today-flag")
    if (!flag || this.scrollWidth <= this.clientWidth) return
    const from = flag.getBoundingClientRect(), pane = this.getBoundingClientRect()
    const isMirrored = getComputedStyle(this).direction === "rtl"
    const middle = from.left + from.width / 2
    if (middle > pane.left + from.width / 2 && middle < pane.right - from.width / 2) return
    this.scrollLeft += isMirrored ? middle - (pane.right - pane.width / 3) : middle - (pane.left + pane.width / 3)
    this.dispatchEvent(new CustomEvent("pane-today:scrolled", { bubbles: true }))
  }
}
customElements.define("pane-today", PaneToday)
