// Signs in or signs up with a passkey: asks the browser for a credential and sends it in the form around this element.
// data-act: "create" or "get". data-options: a JSON text, or the address that answers with one.
class PassKey extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form") ?? this.closest("form")
    const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON
    this.hidden = !able
    if (able) this.form.addEventListener("submit", (event) => this.#ask(event))
  }

  async #ask(event) {
    const credential = this.form.elements.credential
    if (credential.value || !this.contains(event.submitter)) return
    event.preventDefault()
    try {
      credential.value = JSON.stringify(await this.#credential())
      this.form.submit()
    } catch (refusal) {
      const place = this.querySelector("[data-fault]")
      if (place) place.hidden = false
      this.dispatchEvent(new CustomEvent("pass-key:refused", { bubbles: true, detail: refusal.name }))
    }
  }

  async #credential() {
    const options = await this.#options()
    const key = window.PublicKeyCredential
    const made = this.dataset.act === "create"
      ? await navigator.credentials.create({ publicKey: key.parseCreationOptionsFromJSON(this.#wishes(options)) })
      : await navigator.credentials.get({ publicKey: key.parseRequestOptionsFromJSON(options) })
    return made.toJSON()
  }

  async #options() {
    const given = this.dataset.options
    if (given.startsWith("{")) return this.#inner(JSON.parse(given))
    const answer = await fetch(given, { headers: { Accept: "application/json" }, credentials: "same-origin" })
    if (!answer.ok) throw new Error("no options")
    return this.#inner(await answer.json())
  }

  #inner(data) {
    const options = data.request_options ?? data.creation_options ?? data
    return options.publicKey ?? options
  }

  // A key that stands for the password must be kept on the device and ask for the person.
  #wishes(options) {
    if (!this.form.elements.passwordless?.checked) return options
    const wish = { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    return { ...options, authenticatorSelection: { ...options.authenticatorSelection, ...wish } }
  }
}
customElements.define("pass-key", PassKey)
