// Bars open with today a third from their start edge; who has scrolled stays where they are, also after a fold.
class PaneToday extends HTMLElement {
  connectedCallback() {
    const flag = this.querySelector(".today-flag")
    if (!flag || this.scrollLeft || this.scrollWidth <= this.clientWidth) return
    const from = flag.getBoundingClientRect(), pane = this.getBoundingClientRect()
    const isMirrored = getComputedStyle(this).direction === "rtl"
    const middle = from.left + from.width / 2
    this.scrollLeft += isMirrored ? middle - (pane.right - pane.width / 3) : middle - (pane.left + pane.width / 3)
    this.dispatchEvent(new CustomEvent("pane-today:scrolled", { bubbles: true }))
  }
}
customElements.define("pane-today", PaneToday)
