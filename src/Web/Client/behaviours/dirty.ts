const written = (form: HTMLFormElement): string => {
  const entries: string[] = [];
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith('__')) continue;
    entries.push(name, typeof value === 'string' ? value : `${value.name}:${value.size}`);
  }
  return JSON.stringify(entries);
};

/**
 * `<form data-dirty>`: leaving with changes that were not saved asks first. `data-dirty="true"`: already changed when the page came.
 * Attach it last: a submission that another behaviour took over does not leave the page.
 */
export function askBeforeLeaving(): void {
  const initial = new Map<HTMLFormElement, string>();
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-dirty]')) {
    initial.set(form, form.dataset.dirty === 'true' ? '' : written(form));
  }
  if (initial.size === 0) return;

  let sending = false;
  document.addEventListener('submit', (event) => { sending = !event.defaultPrevented; });
  window.addEventListener('beforeunload', (event) => {
    if (sending) return;
    for (const [form, before] of initial) {
      if (form.isConnected && written(form) !== before) event.preventDefault();
    }
  });
}
