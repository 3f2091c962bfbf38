/** Longer than the server's own least, which counts from when it made the page. */
const soonest = 400;
const shown = performance.now();

/**
 * `<form data-opening="sealed" data-opening-none="none">`: a press of its button by a person sends the seal in the hidden field
 * `Gesture`, which makes the box to tick needless. A person's press is an event that the browser made itself, on a page that is seen
 * and has the focus, after a pointer or a key was used: `form.submit()`, `button.click()` and made-up events are none. Until then the
 * field holds `data-opening-none`; a box ticked by hand empties it, so that the tick alone declares, as it does without script.
 */
export function proveGestures(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-opening]');
  const field = form?.querySelector<HTMLInputElement>('input[name="Gesture"]');
  if (!form || !field) return;
  field.value = form.dataset.openingNone ?? '';

  let used = false;
  const use = (event: Event): void => { used ||= event.isTrusted; };
  for (const name of ['pointerdown', 'touchstart', 'keydown']) document.addEventListener(name, use, { capture: true, passive: true });

  const byAPerson = (event: Event): boolean =>
    event.isTrusted && used && document.visibilityState === 'visible' && document.hasFocus() && navigator.userActivation?.isActive !== false;

  form.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !byAPerson(event)) return;
    if (event.target.closest('input[type=checkbox]') && field.value === form.dataset.openingNone) field.value = '';
    const button = event.target.closest<HTMLButtonElement>('button[type=submit]');
    if (!button) return;
    field.value = form.dataset.opening ?? '';
    const wait = soonest - (performance.now() - shown);
    if (wait <= 0) return;
    event.preventDefault();
    setTimeout(() => form.requestSubmit(button), wait);
  });
}
