import { say } from './say.ts';

const submitFor = new WeakSet<HTMLElement>();

/**
 * `<button name="add" value="…" data-swap="recipients registers">`: the form is posted as it would be without script, and only the
 * elements with these ids are taken from the page that comes back; what is being written elsewhere stays. If anything is unexpected, the form is
 * submitted the ordinary way. `data-keep`, on such an element: what is typed in it stays. `data-say`: what is announced afterwards, unless what came back holds an element `data-said`. `data-focus`: the id of
 * the control that the keyboard goes to.
 */
export function swapOnSubmit(attach: (root: ParentNode) => void): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement) || !button.dataset.swap || submitFor.has(button)) return;
    event.preventDefault();
    void swap(form, button, button.dataset.swap.split(/\s+/), attach);
  });
}

async function swap(form: HTMLFormElement, button: HTMLButtonElement, ids: string[], attach: (root: ParentNode) => void): Promise<void> {
  if (form.getAttribute('aria-busy') === 'true') return;
  form.setAttribute('aria-busy', 'true');
  try {
    const page = await ask(form, button);
    if (page.querySelector('[data-taken-over=true]')) {
      form.dispatchEvent(new Event('swapped'));
      location.reload(); // all that was typed is saved, and fields that this page shows are older than the draft
      return;
    }
    const pairs = ids.map((id) => [document.getElementById(id), page.getElementById(id)] as const);
    for (const [here, there] of pairs) {
      if (!here || !there) throw new Error('The page that came back has not the elements to swap.');
    }
    for (const [here, there] of pairs) {
      if (!here || !there) continue;
      if (here.hasAttribute('data-keep')) keepTyped(here, there);
      replace(here, there, attach);
    }
    form.dispatchEvent(new Event('swapped'));
    refocus(button);
    say(said(pairs.map(([, there]) => there)) ?? button.dataset.say ?? '');
  } catch {
    submitFor.add(button);
    form.removeAttribute('aria-busy');
    form.requestSubmit(button);
    return;
  }
  form.removeAttribute('aria-busy');
}

/**
 * Takes the elements with these ids from the page as it is now, where `admit` has nothing against it; what is being written, in them and
 * elsewhere, stays, and so does the keyboard. Answers the ids that were taken: not those that `admit` refused or that the page lacks. Answers null, and
 * changes nothing, when the page could not be had.
 */
export async function refresh(address: string, ids: string[], admit: (here: HTMLElement, there: HTMLElement) => boolean, attach: (root: ParentNode) => void): Promise<string[] | null> {
  try {
    const response = await fetch(address, { headers: { Accept: 'text/html', 'Vaguemestre-Refresh': '1' } });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    return ids.filter((id) => {
      const [here, there] = [document.getElementById(id), page.getElementById(id)];
      if (!here || !there || !admit(here, there)) return false;
      keepTyped(here, there);
      const focused = here.contains(document.activeElement) && document.activeElement instanceof HTMLElement ? document.activeElement : null;
      replace(here, there, attach);
      if (focused && !focused.isConnected) (alike(there, focused) ?? stopAt(there)).focus({ preventScroll: true });
      return true;
    });
  } catch {
    return null;
  }
}

/** The control of the same id; the button of the same name and value, in a form that goes where its form goes; the same link, whatever it counts; what opens the same. */
export function alike(place: HTMLElement, control: HTMLElement): HTMLElement | null {
  if (control.id) return place.querySelector<HTMLElement>(`#${CSS.escape(control.id)}`);
  const sameForm = (other: Element): boolean => !control.closest('form') || control.closest('form')?.getAttribute('action') === other.closest('form')?.getAttribute('action');
  if (control instanceof HTMLButtonElement && control.name) return [...place.querySelectorAll<HTMLButtonElement>(`button[name="${CSS.escape(control.name)}"][value="${CSS.escape(control.value)}"]`)].find(sameForm) ?? null;
  if (control instanceof HTMLAnchorElement) {
    const same = [...place.querySelectorAll('a')].filter((other) => other.href === control.href);
    return same.find((other) => other.textContent === control.textContent) ?? same[0] ?? null;
  }
  if (!(control.parentElement instanceof HTMLDetailsElement)) return null;
  const opened = control.parentElement;
  return [...place.querySelectorAll('details')].find((other) => nameOf(other) === nameOf(opened) && targetOf(other) === targetOf(opened) && sameForm(other))?.querySelector('summary') ?? null;
}

/** What the button of a confirmation does it to. */
const targetOf = (details: HTMLDetailsElement): string | undefined => details.querySelector<HTMLButtonElement>('button[type=submit]')?.value;

/** The fields that hold something else than the page came with. */
export const written = (place: HTMLElement | null): (HTMLInputElement | HTMLTextAreaElement)[] =>
  [...(place?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input:not([type=hidden], [type=checkbox], [type=radio]), textarea') ?? [])].filter((field) => field.value !== field.defaultValue);

function keepTyped(here: HTMLElement, there: HTMLElement): void {
  for (const field of written(here)) {
    const fresh = field.id && field.type !== 'file' ? there.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${CSS.escape(field.id)}`) : null;
    if (fresh) fresh.value = field.value;
  }
}

/** Where the keyboard goes when its control is no more. */
function stopAt(place: HTMLElement): HTMLElement {
  place.tabIndex = -1;
  return place;
}

/** What the answer itself says of what was done. */
const said = (swapped: (HTMLElement | null)[]): string | undefined =>
  swapped.map((element) => element?.querySelector('[data-said]')?.textContent).find((text) => text) ?? undefined;

async function ask(form: HTMLFormElement, button: HTMLButtonElement): Promise<Document> {
  const data = new FormData(form, button);
  for (const name of new Set(data.keys())) {
    if (data.getAll(name).some((value) => value instanceof File)) data.delete(name); // files go with the real submission
  }
  const response = await fetch(button.getAttribute('formaction') ?? form.getAttribute('action') ?? location.href, { method: 'POST', body: data });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (response.redirected) {
    const address = new URL(response.url);
    if (!page.getElementById(form.getAttribute('id') ?? '')) throw new Error('Led to another page.');
    history.replaceState(history.state, '', address);
  }
  return page;
}

/** What is opened stays open while it says the same: a confirmation whose words changed is to be asked for anew. */
const nameOf = (details: HTMLDetailsElement): string => details.id || (details.querySelector('summary')?.textContent ?? '').trim();

function replace(here: HTMLElement, there: HTMLElement, attach: (root: ParentNode) => void): void {
  const open = new Set([...here.querySelectorAll<HTMLDetailsElement>('details[open]')].map(nameOf));
  for (const details of there.querySelectorAll('details')) details.open ||= open.has(nameOf(details));
  here.replaceWith(there);
  attach(there);
}

/** The keyboard stays where it was: on the same button if it came back, else on the next one like it, else on what was swapped. */
function refocus(button: HTMLButtonElement): void {
  if (button.isConnected) return;
  if (button.dataset.focus) return document.getElementById(button.dataset.focus)?.focus({ preventScroll: true });
  const alike = [...document.querySelectorAll<HTMLButtonElement>('button[data-swap]')].filter((other) => other.name === button.name);
  const from = Math.max(0, alike.findIndex((other) => other.value === button.value));
  const next = alike.slice(from).find((other) => !other.disabled);
  const place = next ?? document.getElementById(button.dataset.swap?.split(/\s+/)[0] ?? '');
  if (place) (next ?? stopAt(place)).focus({ preventScroll: true });
}
