// Bars open with today a third from their start edge, and again when their scale changes; a fold leaves them in place.
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
    this.scrollLeft += isMirrored ? middle - (pane.right - pane.width / 3) : middle - (pane.left + pane.width / 3)
    this.dispatchEvent(new CustomEvent("pane-today:scrolled", { bubbles: true }))
  }
}
customElements.define("pane-today", PaneToday)
