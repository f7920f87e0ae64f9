// A bar shows where it would go while a hand or a key moves it; what is asked at last is saved as the cell beside it is.
class BarMove extends HTMLElement {
  #moved = null
  #hides = 0

  // The cell that says what is moved, if it may be: of a milestone, and at the end of a bar, the finish.
  cell(bar, isEnd) {
    const row = document.querySelectorAll("tr[data-row]")[bar.dataset.bar]
    return row?.querySelector(`[data-field=${isEnd || bar.querySelector(".stone") ? "finish" : "start"}]`)
  }

  show(bar, isEnd, days) {
    if (this.#moved?.bar !== bar || this.#moved.isEnd !== isEnd) this.leave()
    const cell = this.cell(bar, isEnd), rect = bar.querySelector(".bar"), shape = rect ?? bar.querySelector(".stone"), says = this.querySelector("output")
    if (!cell) return days && this.fixed()
    this.#moved ??= { bar, isEnd, cell, width: Number(rect?.getAttribute("width")), words: this.#label(bar, shape) }
    const px = days * this.dataset.day, at = new Date(Date.parse(cell.dataset.day) + days * 864e5)
    if (isEnd && rect) rect.setAttribute("width", Math.max(3, this.#moved.width + px))
    else bar.setAttribute("transform", `translate(${px} 0)`)
    this.#moved.days = days
    this.#moved.value = at.toISOString().slice(0, 10)
    this.#moved.words.textContent = says.textContent = at.toLocaleDateString(this.dataset.locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })
    this.#moved.words.setAttribute("x", shape.getBBox().x + shape.getBBox().width + 8)
  }

  // Seen for some seconds: what is fixed has no words beside its bar.
  fixed(says = this.querySelector("output")) {
    Object.assign(says, { textContent: says.dataset.fixed, className: "toast bar-said" })
    clearTimeout(this.#hides)
    this.#hides = setTimeout(() => (says.className = "visually-hidden"), 6e3)
  }

  #label(bar, shape) {
    const words = document.createElementNS("http://www.w3.org/2000/svg", "text")
    words.setAttribute("class", "month")
    words.setAttribute("y", shape.getBBox().y + 10)
    return bar.appendChild(words)
  }

  save() {
    const moved = this.#moved
    if (!moved?.days) return this.leave()
    this.inert = true
    const { cell, value } = moved
    this.dispatchEvent(new CustomEvent("bar-move:asked", { bubbles: true, detail: { field: cell.dataset.field, value } }))
    this.closest("cell-edit").write(cell.closest("tr"), cell.dataset.field, value).catch(() => this.leave())
  }

  leave() {
    this.inert = false
    if (!this.#moved) return
    const { bar, width, words } = this.#moved
    bar.removeAttribute("transform")
    bar.querySelector(".bar")?.setAttribute("width", width)
    words.remove()
    this.#moved = null
  }
}
customElements.define("bar-move", BarMove)
