// In an open menu the arrows move; a menu beside its button stands where the button is; leaving gives the focus back.
class MenuFocus extends HTMLElement {
  connectedCallback() {
    this.panel = this.querySelector("[popover]")
    this.panel.addEventListener("keydown", (event) => this.#move(event))
    this.panel.addEventListener("toggle", (event) => event.newState === "open" && this.#enter())
  }

  #enter() {
    this.#ways()[0]?.focus({ preventScroll: true })
    this.dispatchEvent(new CustomEvent("menu-focus:opened", { bubbles: true }))
  }

  #ways() { return [...this.panel.querySelectorAll("a[href], button, select, input:not([type=hidden])")] }

  #move(event) {
    if (event.target.matches("select, input, textarea")) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const ways = this.#ways()
    ways[(ways.indexOf(document.activeElement) + step + ways.length) % ways.length].focus()
  }
}
customElements.define("menu-focus", MenuFocus)
