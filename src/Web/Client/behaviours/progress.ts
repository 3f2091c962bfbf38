/** `<div id="progress" data-progress="1000">`: taken anew from the page after that many milliseconds, as long as what comes asks for it again. */
export function followProgress(): void {
  const later = (wait: number): void => { setTimeout(() => void take(), wait); };
  const take = async (): Promise<void> => {
    const here = document.getElementById('progress');
    try {
      const response = await fetch(location.href, { headers: { 'Vaguemestre-Refresh': '1' } });
      const there = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('progress');
      if (!response.ok || !here || !there) return;
      here.replaceWith(there);
      if (there.dataset.progress) later(Number(there.dataset.progress));
    } catch {
      later(5000);
    }
  };
  const wait = document.getElementById('progress')?.dataset.progress;
  if (wait) later(Number(wait));
}
