import { say } from './say.ts';

/**
 * `<button type="button" data-insert="text" data-insert-into="body subject" data-said="…">`: puts the text where the cursor was last in one of the
 * controls with these ids, else into the first of them, and announces it. Hidden without script.
 */
export function insertOnClick(): void {
  let last: HTMLInputElement | HTMLTextAreaElement | undefined;
  document.addEventListener('focusout', (event) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) last = event.target;
  });
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[data-insert]') : null;
    if (!button) return;
    const ids = (button.dataset.insertInto ?? '').split(/\s+/);
    const control = last?.isConnected && ids.includes(last.id) ? last : document.getElementById(ids[0] ?? '');
    if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)) return;
    control.focus();
    control.setRangeText(button.dataset.insert ?? '', control.selectionStart ?? control.value.length, control.selectionEnd ?? control.value.length, 'end');
    control.dispatchEvent(new Event('input', { bubbles: true }));
    say(button.dataset.said ?? '');
  });
}
