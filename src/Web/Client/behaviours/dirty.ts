/** What a person wrote. A file that is chosen was never sent, so that it counts on its own. */
const written = (form: HTMLFormElement): string => {
  const entries: string[] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && !form.querySelector(`input[type=hidden][name="${CSS.escape(name)}"]`)) entries.push(name, value);
  }
  return JSON.stringify(entries);
};

const holdsFiles = (form: HTMLFormElement): boolean =>
  [...form.querySelectorAll<HTMLInputElement>('input[type=file]')].some((input) => (input.files?.length ?? 0) > 0);

/**
 * `<form data-dirty>`: leaving with changes that were not saved asks first. `data-dirty="true"`: already changed when the page came.
 * A swap saved what it posted. Attach it last: a submission that another behaviour took over does not leave the page.
 */
export function askBeforeLeaving(): void {
  const initial = new Map<HTMLFormElement, string>();
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-dirty]')) {
    initial.set(form, form.dataset.dirty === 'true' ? '' : written(form));
    for (const saved of ['swapped', 'saved']) form.addEventListener(saved, () => initial.set(form, written(form)));
  }
  if (initial.size === 0) return;

  let sending = false;
  document.addEventListener('submit', (event) => { sending = !event.defaultPrevented; });
  window.addEventListener('beforeunload', (event) => {
    if (sending) return;
    for (const [form, before] of initial) {
      if (form.isConnected && (holdsFiles(form) || written(form) !== before)) event.preventDefault();
    }
  });
}
