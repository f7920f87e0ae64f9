// On a phone the bars go with the rows in sight: to where most of them have theirs, until a hand moves them sideways.
class PaneFollow {
  static SIGNS = ".bar, .stone, .bar-phase, .bar-phase--closed"
  static GAP = 12

  constructor(pane) {
    this.pane = pane
    this.left = pane.scrollLeft
  }

  follow() {
    if (this.pane.scrollLeft !== this.left) return // somebody looks elsewhere
    const edges = this.pane.getBoundingClientRect()
    const boxes = [...this.pane.querySelectorAll(PaneFollow.SIGNS)].map((sign) => sign.getBoundingClientRect())
    const near = boxes.filter((box) => box.bottom > 0 && box.top < innerHeight)
    const seen = (by) => near.filter((box) => box.right > edges.left + by && box.left < edges.right + by).length
    const ways = near.map((box) => box.left - edges.left - PaneFollow.GAP)
    const best = ways.reduce((one, other) => (seen(other) > seen(one) ? other : one), 0)
    if (seen(best) < 2 * seen(0) || !best) return
    this.pane.scrollLeft += best
    this.left = this.pane.scrollLeft
  }
}

(() => {
  const narrow = matchMedia("(width < 48rem)")
  const known = new WeakMap()
  const begin = () => {
    for (const pane of document.querySelectorAll("pane-today")) known.set(pane, new PaneFollow(pane))
    follow()
  }
  const follow = () => {
    if (!narrow.matches) return
    for (const pane of document.querySelectorAll("pane-today")) known.get(pane)?.follow()
  }
  document.addEventListener("scrollend", (event) => event.target === document && follow())
  document.addEventListener("DOMContentLoaded", begin)
  document.addEventListener("htmx:after:swap", begin)
})()
