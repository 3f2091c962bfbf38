import { say } from './say.ts';

type Suggestion = { id: string; title: string; line: string; note: string | null; say: string };
type Answer = { items: Suggestion[]; said: string };
type Act = { name: string; value: string; typed: string; say: string };

const pause = 150;
const separator = /[,;\n\t<]/;
const address = /[^\s@]@[^\s@]+\.[^\s@]{2}/;

const boxes = new WeakMap<HTMLFormElement, RecipientBox>();

/**
 * `<textarea data-recipients="/…/contacts" data-swap="…" data-hint="…" data-list="…" data-lost="…">`: the text area stays what is posted; before
 * it comes an editable combobox with a list (ARIA APG) that proposes contacts. Choosing one and adding what was typed press buttons that the
 * server knows (`add`, `act=add`), by way of `swap.ts`. What is typed while an answer is awaited goes on into the box that comes with it.
 */
export function chooseRecipients(root: ParentNode): void {
  for (const area of root.querySelectorAll<HTMLTextAreaElement>('textarea[data-recipients]')) {
    const form = area.form;
    if (!form || area.hidden) continue;
    const before = boxes.get(form);
    if (!before) {
      form.addEventListener('formdata', (event) => boxes.get(form)?.onPosting(event.formData));
      form.addEventListener('swapped', () => boxes.get(form)?.onSwapped());
    }
    boxes.set(form, new RecipientBox(area, form, before));
  }
}

class RecipientBox {
  private readonly input = document.createElement('input');
  private readonly list = document.createElement('ul');
  private readonly found = document.createElement('span');
  private readonly queue: Act[];
  private running: Act | null;
  private button: HTMLButtonElement | null = null;
  private posted = '';
  private focused = false;
  private items: Suggestion[] = [];
  private active = -1;
  private timer = 0;
  private asked: AbortController | null = null;
  private search: Promise<void> = Promise.resolve();

  constructor(private readonly area: HTMLTextAreaElement, private readonly form: HTMLFormElement, before?: RecipientBox) {
    this.queue = before?.queue ?? [];
    this.running = before?.running ?? null;
    this.button = before?.button ?? null;
    this.build();
    if (before) this.goOn(before);
  }

  private build(): void {
    const { area, input, list } = this;
    const id = area.id;
    area.removeAttribute('id');
    area.hidden = true;
    list.id = `${id}-list`;
    list.className = 'suggestions';
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', area.dataset.list ?? '');
    Object.assign(input, { type: 'text', id, className: area.className, autocomplete: 'off', spellcheck: false });
    input.setAttribute('autocapitalize', 'none');
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', list.id);
    for (const name of ['aria-describedby', 'aria-invalid']) {
      const value = area.getAttribute(name);
      if (value) input.setAttribute(name, value);
    }
    const hint = document.getElementById(`${id}-hint`);
    if (hint && area.dataset.hint) hint.textContent = area.dataset.hint;
    const box = document.createElement('div');
    box.className = 'combobox';
    this.found.className = 'visually-hidden';
    this.found.setAttribute('role', 'status');
    box.append(input, list, this.found);
    area.before(box);
    this.show(area.value);

    input.addEventListener('input', (event) => this.onInput(event as InputEvent));
    input.addEventListener('keydown', (event) => this.onKey(event));
    input.addEventListener('paste', (event) => this.onPaste(event));
    input.addEventListener('blur', () => this.close());
    list.addEventListener('mousedown', (event) => event.preventDefault()); // the keyboard stays in the box
    list.addEventListener('click', (event) => {
      const option = (event.target as Element).closest('[role=option]');
      if (option) this.choose([...list.children].indexOf(option));
    });
    area.closest('section')?.querySelector('.chips')?.addEventListener('keydown', (event) => this.onChipKey(event as KeyboardEvent));
  }

  /** What was typed since the form was posted stands behind what the answer left in the field. */
  private goOn(before: RecipientBox): void {
    const since = before.input.value;
    if (since !== before.posted) this.show(before.posted === '' ? [this.input.value, since].filter(Boolean).join('; ') : since);
    if (before.focused && (!document.activeElement || document.activeElement === document.body)) {
      this.input.focus({ preventScroll: true });
      this.input.setSelectionRange(this.input.value.length, this.input.value.length);
      if (since && since !== before.posted) this.ask();
    }
    before.asked?.abort();
    clearTimeout(before.timer);
  }

  private show(text: string): void {
    this.area.value = text;
    this.input.value = text.replace(/\s*[\r\n]+\s*/g, '; ');
  }

  // Posting ----------------------------------------------------------------

  private press(name: string, value: string, typed: string, said = ''): void {
    this.close();
    this.show('');
    this.queue.push({ name, value, typed, say: said });
    this.next();
  }

  private next(): void {
    if (this.running || this.form.getAttribute('aria-busy') === 'true') return; // 'swapped' comes
    const act = this.queue.shift();
    if (!act) return;
    this.running = act;
    this.posted = ''; // what stands in the field is not what this act posts
    this.focused = document.activeElement === this.input;
    this.button = Object.assign(document.createElement('button'), { type: 'submit', name: act.name, value: act.value, hidden: true });
    this.button.dataset.swap = this.area.dataset.swap ?? '';
    this.button.dataset.say = act.say;
    this.form.append(this.button);
    this.form.requestSubmit(this.button);
  }

  onPosting(data: FormData): void {
    if (this.running) {
      data.set(this.area.name, this.running.typed);
      return;
    }
    this.posted = this.input.value;
    this.focused = document.activeElement === this.input;
  }

  onSwapped(): void {
    const { button, input } = this;
    if (document.activeElement === input) input.scrollIntoView({ block: 'nearest' }); // new chips pushed it down, under the bar perhaps
    this.button = null;
    this.running = null;
    setTimeout(() => { // once the form is free again; the button was needed to say where the keyboard stays
      button?.remove();
      this.next();
    });
  }

  private addTyped(text = this.area.value): void {
    if (text.trim()) this.press('act', 'add', text);
  }

  private choose(index: number): void {
    const item = this.items[index];
    if (!item) return;
    if (item.note) say(`${item.title} : ${item.note}`);
    else this.press('add', item.id, '', item.say);
  }

  // Typing -----------------------------------------------------------------

  private onInput(event: InputEvent): void {
    this.area.value = this.input.value;
    if ((event.data === ',' || event.data === ';') && this.isComplete()) this.addTyped();
    else this.ask();
  }

  /** An address stands before the separator, which is not inside the quotes of a name. */
  private isComplete(): boolean {
    const text = this.input.value;
    return address.test(text) && (text.split('"').length - 1) % 2 === 0;
  }

  private onPaste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!separator.test(text.trim()) || !text.includes('@')) return;
    event.preventDefault();
    this.addTyped([this.input.value.trim(), text].filter(Boolean).join('\n'));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const open = !this.list.hidden;
    switch (event.key) {
      case 'ArrowDown':
        event.preventDefault();
        if (open) this.activate(this.active + 1);
        else this.ask(0);
        break;
      case 'ArrowUp':
        event.preventDefault();
        if (open) this.activate(this.active < 0 ? this.items.length - 1 : this.active - 1);
        break;
      case 'Home':
      case 'End':
        if (!open || this.active < 0) return;
        event.preventDefault();
        this.activate(event.key === 'Home' ? 0 : this.items.length - 1);
        break;
      case 'Enter':
        event.preventDefault();
        void this.enter();
        break;
      case 'Escape':
        if (!open && !this.input.value) return;
        event.preventDefault();
        event.stopPropagation();
        if (open) this.close();
        else this.show('');
        break;
      case 'Tab':
        this.close();
        break;
      case 'Backspace':
        if (this.input.value || event.repeat) return;
        event.preventDefault();
        this.chips().at(-1)?.focus();
        break;
    }
  }

  /** The contact that is lit; else the address as typed; else, once the search has answered, its first contact. */
  private async enter(): Promise<void> {
    if (!this.list.hidden && this.active >= 0) return this.choose(this.active);
    if (this.input.value.includes('@')) return this.addTyped();
    const typed = this.input.value;
    if (!typed.trim()) return;
    if (this.timer) this.ask(0);
    await this.search;
    if (this.input.value !== typed) return;
    if (this.active >= 0) this.choose(this.active);
    else if (this.items.length === 0) this.addTyped();
  }

  private chips(): HTMLButtonElement[] {
    const section = this.area.closest('section');
    const more = section?.querySelector<HTMLButtonElement>('[data-cut=true]');
    return more ? [more] : [...(section?.querySelectorAll<HTMLButtonElement>('.chip button') ?? [])];
  }

  private onChipKey(event: KeyboardEvent): void {
    const button = (event.target as Element).closest<HTMLButtonElement>('.chip button');
    if (!button) return;
    const chips = this.chips();
    const at = chips.indexOf(button);
    if (event.key === 'Backspace' || event.key === 'Delete') {
      event.preventDefault();
      button.dataset.focus = this.input.id;
      button.click();
    } else if (event.key === 'ArrowLeft') {
      chips[at - 1]?.focus();
    } else if (event.key === 'ArrowRight') {
      (chips[at + 1] ?? this.input).focus();
    } else if (event.key === 'Escape') {
      this.input.focus();
    }
  }

  // The list ---------------------------------------------------------------

  private ask(wait = pause): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.asked?.abort();
    const typed = this.input.value.trim();
    if (typed.length < 2) return this.close();
    const asked = this.asked = new AbortController();
    this.search = new Promise((done) => {
      asked.signal.addEventListener('abort', () => done());
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        void this.find(typed, asked.signal).finally(done);
      }, wait);
    });
  }

  private async find(typed: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(`${this.area.dataset.recipients}?q=${encodeURIComponent(typed)}`, { signal, headers: { Accept: 'application/json' } });
      if (response.redirected || !response.ok) throw new Error(`${response.status}`);
      const answer = (await response.json()) as Answer;
      if (signal.aborted || this.input.value.trim() !== typed) return;
      this.open(answer);
    } catch {
      if (signal.aborted) return;
      this.close();
      say(this.area.dataset.lost ?? '');
    }
  }

  private open(answer: Answer): void {
    this.items = answer.items;
    this.list.replaceChildren(...answer.items.map((item, index) => this.option(item, index)));
    this.list.hidden = answer.items.length === 0;
    this.input.setAttribute('aria-expanded', String(!this.list.hidden));
    this.active = -1;
    this.found.textContent = answer.said;
    // An address that is being typed is taken as it is; words are looked for.
    const first = this.input.value.includes('@') ? -1 : answer.items.findIndex((item) => !item.note);
    if (first >= 0) this.activate(first);
    else this.input.removeAttribute('aria-activedescendant');
  }

  private option(item: Suggestion, index: number): HTMLLIElement {
    const option = document.createElement('li');
    option.id = `${this.list.id}-${index}`;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    if (item.note) option.setAttribute('aria-disabled', 'true');
    option.append(
      Object.assign(document.createElement('b'), { textContent: item.title }),
      ...(item.note ? [Object.assign(document.createElement('i'), { textContent: item.note })] : []),
      Object.assign(document.createElement('span'), { textContent: item.line }),
    );
    return option;
  }

  private activate(index: number): void {
    const options = [...this.list.children];
    this.active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute('aria-selected', String(at === this.active)));
    const option = options[this.active];
    if (!option) return;
    this.input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  private close(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.asked?.abort();
    this.items = [];
    this.active = -1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.found.textContent = '';
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }
}
