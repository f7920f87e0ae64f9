// Shows in the palette what the page itself offers: each control with data-command is pressed from there, too.
class PaletteActs extends HTMLElement {
  connectedCallback() {
    this.closest("command-palette").addEventListener("command-palette:opened", () => this.#fill())
  }

  #fill() {
    for (const row of this.querySelectorAll("[data-pressed]")) row.remove()
    const controls = [...document.querySelectorAll("[data-command]")]
    for (const control of controls.sort((one, other) => Boolean(other.dataset.key) - Boolean(one.dataset.key)))
      this.querySelector(`[data-acts="${control.closest("main") ? "here" : "anywhere"}"]`).append(this.#row(control))
  }

  #row(control) {
    const row = Object.assign(document.createElement("button"), { type: "button" })
    row.dataset.pressed = ""
    row.dataset.words = control.dataset.words ?? ""
    row.append(control.querySelector(".icon")?.cloneNode(true) ?? "", this.#part("span", control.dataset.command || control.textContent.trim()))
    if (control.dataset.key) row.append(this.#part("kbd", this.#caps(control.dataset.key.split(", ")[0])))
    row.addEventListener("click", () => this.#press(control))
    return row
  }

  #caps(keys) {
    const named = /Mac|iPhone|iPad/.test(navigator.platform) ? keys.replace("Ctrl", "⌘") : keys
    return keys.startsWith("Ctrl") ? named.replace(/\p{L}$/u, (letter) => letter.toUpperCase()) : named
  }

  #part(kind, words) { return Object.assign(document.createElement(kind), { textContent: words }) }

  #press(control) {
    this.closest("[popover]").hidePopover()
    if (control.matches("textarea")) control.focus()
    else control.click()
    this.dispatchEvent(new CustomEvent("palette-acts:pressed", { bubbles: true }))
  }
}
customElements.define("palette-acts", PaletteActs)
