import { alike } from './swap.ts';

const quiet = 2500;
const longest = 15000;
const again = 10000;

type Answer = { said: string; shown: string | null; takenOver: boolean };

/**
 * `<form data-autosave="/…/enregistrement" data-offline="…" data-signed-out="…">`: what is typed is saved a moment after the last key. The answer is told
 * in `#saved`; what the form was shown travels in `Form.Shown`. Files and half-typed addresses wait for a button. A submission waits for a
 * saving under way, so that a writer never meets their own words as somebody else's.
 */
export function autosave(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-autosave^="/"]');
  if (!form) return;
  const action = form.dataset.autosave ?? '';
  let timer = 0;
  let since = 0;
  let running: Promise<void> | null = null;
  let changed = false;
  let next = quiet;

  const tell = (text: string, wrong = false): void => {
    const place = document.getElementById('saved');
    if (!place) return;
    place.textContent = text;
    place.classList.toggle('over', wrong);
  };

  const plan = (wait: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      running ??= save().finally(() => {
        running = null;
        if (changed && next > 0) plan(next); // what was typed meanwhile
      });
    }, wait);
  };

  const save = async (): Promise<void> => {
    if (!changed || form.getAttribute('aria-busy') === 'true') return;
    changed = false;
    since = 0;
    next = quiet;
    const data = new FormData(form);
    for (const name of new Set(data.keys())) {
      if (data.getAll(name).some((value) => value instanceof File)) data.delete(name);
    }
    try {
      const response = await fetch(action, { method: 'POST', body: data });
      if (response.redirected || !(response.headers.get('content-type') ?? '').includes('json')) {
        tell(form.dataset.signedOut ?? '', true);
        changed = true;
        next = 0; // until another key
        return;
      }
      const answer = (await response.json()) as Answer;
      tell(answer.said, !response.ok);
      if (answer.shown === null) return;
      for (const shown of form.querySelectorAll<HTMLInputElement>('input[name="Form.Shown"]')) shown.value = answer.shown;
      if (!changed) form.dispatchEvent(new Event('saved'));
    } catch {
      tell(form.dataset.offline ?? '', true);
      changed = true;
      next = again;
    }
  };

  const onInput = (event: Event): void => {
    const control = event.target;
    if (control instanceof HTMLInputElement && control.type === 'file') return;
    if ((control as HTMLInputElement).name === 'Form.Typed') return;
    changed = true;
    since ||= Date.now();
    plan(Date.now() - since > longest ? 0 : quiet);
  };
  form.addEventListener('input', onInput);
  form.addEventListener('change', onInput);
  form.addEventListener('swapped', () => plan(quiet));

  // Before any other listener of the submission.
  document.addEventListener('submit', (event) => {
    if (event.target !== form) return;
    clearTimeout(timer);
    window.setTimeout(() => { if (event.defaultPrevented && changed && !running) plan(quiet); }); // a file on its way held it back
    if (!running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter;
    void running.then(() => form.requestSubmit(pressed && !pressed.isConnected ? alike(form, pressed) : pressed)); // refreshed meanwhile
  }, true);
}
