/** `<button type="button" data-print>`: opens the browser's own print dialogue. Hidden without script. */
export function printOnClick(): void {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-print]')) window.print();
  });
}
