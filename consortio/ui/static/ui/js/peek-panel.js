// Space, or a row's link `data-peek`, shows its item beside the list; j and k go on, Enter opens it, Escape or Back closes.
class PeekPanel extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController()
    const heard = { signal: this.leave.signal }
    document.addEventListener("keydown", (event) => this.#type(event), heard)
    document.addEventListener("focusin", () => this.hidden || this.#show(document.activeElement.closest("tr[data-row]")), heard)
    window.addEventListener("popstate", () => this.#follow(), heard)
    document.addEventListener("click", (event) => this.#press(event), heard)
  }

  disconnectedCallback() { this.leave.abort() }
  #rows() { return [...document.querySelectorAll("tr[data-row]")] }
  #id(row) { return row.dataset.row.replaceAll("-", "") } // as addresses write it
  #shown() { return new URLSearchParams(location.search).get("peek")?.replaceAll("-", "") }
  #at() { return this.#rows().findIndex((row) => this.#id(row) === this.#shown()) }

  #type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.documentElement.dataset.keys === "off") return
    const row = event.target.matches("tr[data-row] a") && event.target.closest("tr"), isOpen = !this.hidden
    const isOnTop = isOpen && !event.target.matches("input, textarea, select") && !document.querySelector(":popover-open")
    if (event.key === " " && row) isOpen ? this.#close() : this.#show(row)
    else if (event.key === "Escape" && isOnTop) this.#close()
    else return
    event.preventDefault()
  }

  #press(event) {
    const link = event.target.closest("peek-panel a[data-step], peek-panel a[data-close], a[data-peek]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if ("close" in link.dataset) this.#close()
    else this.#show(link.closest("tr") ?? this.#rows()[this.#at() + Number(link.dataset.step)])
  }

  #show(row) {
    if (!row || !this.hidden && this.#id(row) === this.#shown()) return
    const address = new URL(location)
    address.searchParams.set("peek", this.#id(row))
    history[this.hidden ? "pushState" : "replaceState"](null, "", address)
    if (this.hidden) this.opened = history.length // as long as nothing else was pushed, the step back closes
    this.#follow()
  }

  #follow() {
    const link = this.#rows()[this.#at()]?.querySelector("a[href*='/items/']")
    if (this.hidden = !link) return
    this.querySelector("[data-open]").href = link.href
    this.querySelector("[data-name]").textContent = link.textContent
    htmx.ajax("GET", link.href, { target: "#peek [data-body]", select: "#item-main" })
  }

  #close() {
    if (this.opened === history.length) return history.back()
    history.replaceState(history.state, "", this.querySelector("[data-close]").href)
    this.hidden = true
  }
}
customElements.define("peek-panel", PeekPanel)
