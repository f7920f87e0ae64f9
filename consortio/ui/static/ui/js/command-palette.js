// Type a few letters of an act, a place or a record, choose with the arrows, take with Enter.
class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.panel = this.querySelector("[popover]")
    this.input = this.querySelector("input")
    this.input.addEventListener("input", () => this.#find())
    this.panel.addEventListener("keydown", (event) => this.#move(event))
    this.panel.addEventListener("click", (event) => this.#pick(event.target.closest("[data-only]")))
    this.panel.addEventListener("beforetoggle", (event) => event.newState === "open" && this.#begin())
    this.addEventListener("htmx:after:swap", () => this.#find())
  }

  #begin(only = "") {
    this.only = only
    this.input.value = "" // the field has `autofocus`: the browser moves there as the panel opens
    this.querySelector("#palette-found").replaceChildren()
    this.dispatchEvent(new CustomEvent("command-palette:opened"))
    this.#find()
  }

  #pick(button) {
    if (!button) return
    this.panel.togglePopover(true)
    this.#begin(button.dataset.only)
    this.input.focus()
  }

  #find() {
    const words = this.input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean)
    for (const group of this.querySelectorAll("section")) {
      const rows = [...group.querySelectorAll("a, button")], isFound = group.id === "palette-found"
      const isLeftOut = this.only && this.only !== group.dataset.group || words.length && "untyped" in group.dataset
      for (const row of rows) row.hidden = isLeftOut || !isFound && !words.every((word) => `${row.textContent} ${row.dataset.words ?? ""}`.toLocaleLowerCase().includes(word))
      group.hidden = rows.every((row) => row.hidden)
    }
    this.querySelector(".palette-none").hidden = this.#shown().length > 0
    this.#choose(0)
  }

  #rows() { return [...this.querySelectorAll(".palette-list :is(a, button)")] }
  #shown() { return this.#rows().filter((row) => !row.hidden) }

  #choose(at) {
    const shown = this.#shown()
    this.chosen = shown[(at + shown.length) % (shown.length || 1)]
    this.#rows().forEach((row, nth) => { row.id = `palette-${nth}`; row.classList.toggle("is-chosen", row === this.chosen) })
    this.chosen?.scrollIntoView({ block: "nearest" })
    this.input.setAttribute("aria-activedescendant", this.chosen?.id ?? "")
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.#choose(this.#shown().indexOf(this.chosen) + step)
    else if (event.key === "Enter" && event.target === this.input && this.chosen) this.chosen.click()
    else return
    event.preventDefault()
  }
}
customElements.define("command-palette", CommandPalette)
