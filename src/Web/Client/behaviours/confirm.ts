/** `<details data-confirm>`: Escape, or a click elsewhere, closes it without doing anything. */
export function closeOnCancel(): void {
  const open = () => document.querySelectorAll<HTMLDetailsElement>('details[data-confirm][open]');
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const details of open()) {
      details.open = false;
      details.querySelector('summary')?.focus();
    }
  });
  document.addEventListener('click', (event) => {
    for (const details of open()) {
      if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
    }
  });
}
