/** `<div id="progress" data-refresh="1000">`: taken anew from the page after that many milliseconds, as long as what comes asks for it again. */
export function followProgress(): void {
  const element = document.querySelector<HTMLElement>('[data-refresh][id]');
  if (!element) return;
  const next = async (): Promise<void> => {
    try {
      const response = await fetch(location.href);
      const there = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById(element.id);
      if (!response.ok || !there) return;
      document.getElementById(element.id)?.replaceWith(there);
      if (there.dataset.refresh) setTimeout(() => void next(), Number(there.dataset.refresh));
    } catch {
      setTimeout(() => void next(), 5000);
    }
  };
  setTimeout(() => void next(), Number(element.dataset.refresh));
}
