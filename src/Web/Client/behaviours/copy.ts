import { say } from './say.ts';

/** `<button type="button" data-copy="text">` or `data-copy="#id"`: puts the text into the clipboard and says so. Hidden without script. */
export function copyOnClick(): void {
  document.addEventListener('click', async (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
    if (!button) return;
    const wanted = button.dataset.copy ?? '';
    const text = wanted.startsWith('#') ? document.querySelector(wanted)?.textContent?.trim() ?? '' : wanted;
    try {
      await navigator.clipboard.writeText(text);
      say(button.dataset.copied ?? 'Copié dans le presse-papiers.');
      button.classList.add('copied');
      setTimeout(() => button.classList.remove('copied'), 2000);
    } catch {
      say('La copie a été refusée par le navigateur. Sélectionnez le texte et copiez-le.');
    }
  });
}
