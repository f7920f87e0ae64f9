// Ctrl or ⌘ K: type a few letters of a place, choose with the arrows, go with Enter.
class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.panel = this.querySelector("[popover]")
    this.input = this.querySelector("input")
    this.links = [...this.querySelectorAll(".palette-list a")]
    this.links.forEach((link, at) => { link.id = `palette-${at}` })
    this.input.hidden = false
    this.input.addEventListener("input", () => this.#find())
    this.panel.addEventListener("keydown", (event) => this.#move(event))
    this.panel.addEventListener("beforetoggle", (event) => event.newState === "open" && this.#begin())
    this.onKey = (event) => this.#open(event)
    document.addEventListener("keydown", this.onKey)
  }

  disconnectedCallback() { document.removeEventListener("keydown", this.onKey) }

  #open(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    event.preventDefault()
    this.panel.togglePopover()
  }

  #begin() {
    this.input.value = "" // the field has `autofocus`: the browser moves there as the panel opens
    this.#find()
  }

  #find() {
    const words = this.input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean)
    for (const link of this.links) {
      const text = link.textContent.toLocaleLowerCase()
      link.hidden = !words.every((word) => text.includes(word))
    }
    for (const group of this.querySelectorAll("section")) group.hidden = !group.querySelector("a:not([hidden])")
    this.querySelector(".palette-none").hidden = this.#shown().length > 0
    this.#choose(0)
  }

  #shown() { return this.links.filter((link) => !link.hidden) }

  #choose(at) {
    const shown = this.#shown()
    this.chosen = shown[(at + shown.length) % (shown.length || 1)]
    for (const link of this.links) link.classList.toggle("is-chosen", link === this.chosen)
    this.chosen?.scrollIntoView({ block: "nearest" })
    this.input.setAttribute("aria-activedescendant", this.chosen?.id ?? "")
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.#choose(this.#shown().indexOf(this.chosen) + step)
    else if (event.key === "Enter" && event.target === this.input) this.chosen?.click()
    else return
    event.preventDefault()
  }
}
customElements.define("command-palette", CommandPalette)
