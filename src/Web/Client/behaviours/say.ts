/** Tells something to everyone: a live region that the layout provides, shown for a few seconds. */
export function say(text: string): void {
  const region = document.getElementById('say');
  if (!region) return;
  region.textContent = text;
  setTimeout(() => {
    if (region.textContent === text) region.textContent = '';
  }, 5000);
}
