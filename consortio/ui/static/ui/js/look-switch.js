// Colours, rows and letter keys answer at once; the form behind them keeps the choice.
class LookSwitch extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.form.addEventListener("submit", (event) => this.#choose(event))
  }

  #choose(event) {
    const button = event.submitter
    if (!(button?.name in this.#plain)) return // a language changes every word: the page is loaded again
    event.preventDefault()
    const body = new FormData(this.form, button)
    body.delete("language")
    document.documentElement.toggleAttribute(`data-${button.name}`, false)
    if (button.value !== this.#plain[button.name]) document.documentElement.dataset[button.name] = button.value
    for (const other of document.querySelectorAll(`look-switch button[name="${button.name}"]`))
      other.setAttribute("aria-pressed", String(other.value === button.value))
    fetch(this.form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" })
    this.dispatchEvent(new CustomEvent("look-switch:chosen", { bubbles: true, detail: { [button.name]: button.value } }))
  }

  // What holds where the page says nothing.
  #plain = { theme: "system", density: "calm", side: "page", keys: "on" }
}
customElements.define("look-switch", LookSwitch)
