import { changed, counted } from './counters.ts';
import { refresh, written } from './swap.ts';
import { say } from './say.ts';

/** In milliseconds: what changes all the time moves the page no oftener; a hand is looked for anew, and what could not be had is asked for anew, after so long. */
const [rest, patience] = [5000, 2000];

/** Times in a row that what could not be had is asked for, each twice as late; then the next change is waited for. */
const most = 5;

/**
 * `<div data-live="/…/evenements" data-live-mark="…" data-live-ids="counters rows">`: when the server says that what is shown has changed, the elements with these
 * ids are taken anew from the page. Where something is opened, ticked or being written in one of them it waits, so that nothing moves under a hand; an
 * element that holds text nobody sent stays, and the others do not wait for it. The mark is the page's once all of them show what it stands for.
 * A tab that is not seen holds no connection. What changed is announced from the counters (`.counters a`), else from `data-live-said`.
 */
export function followChanges(attach: (root: ParentNode) => void): void {
  const place = document.querySelector<HTMLElement>('[data-live]');
  if (!place?.dataset.live || typeof EventSource === 'undefined') return;
  const address = place.dataset.live;
  const ids = (place.dataset.liveIds ?? '').split(' ').filter(Boolean);
  let mark = place.dataset.liveMark ?? '';
  let wanted = mark;
  let stale: string[] = []; // those that do not show what is wanted
  let source: EventSource | undefined;
  let busy = false;
  let failures = 0;
  let taken = -rest;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const inUse = (): boolean => ids.some((id) => document.querySelector(`#${CSS.escape(id)} :is(details[data-confirm][open], input:checked, input:focus, textarea:focus, select:focus)`) !== null);
  const text = (): string => ids.map((id) => document.getElementById(id)?.textContent).join('\n');
  const later = (after: number): void => { clearTimeout(timer); timer = setTimeout(() => void take(), after); };

  const take = async (): Promise<void> => {
    if (busy || wanted === mark || document.visibilityState === 'hidden') return;
    if (performance.now() < taken + rest) return later(taken + rest - performance.now());
    const free = stale.filter((id) => !isWritten(document.getElementById(id)));
    if (inUse() || free.length === 0) return later(patience);
    busy = true;
    const [asked, shown, before] = [wanted, text(), counted()];
    const fresh = await refresh(unticked(), free, (here) => !inUse() && !isWritten(here), attach);
    busy = false;
    if (wanted === asked) stale = stale.filter((id) => !fresh?.includes(id));
    if (fresh && free.every((id) => fresh.includes(id))) failures = 0;
    else if (!inUse()) failures++;
    if (fresh && fresh.length > 0) {
      taken = performance.now();
      mark = stale.length === 0 ? asked : '';
      const said = changed(before, counted()) || (text() === shown ? '' : (place.dataset.liveSaid ?? ''));
      if (said) say(said);
    }
    if (failures < most) later(patience * 2 ** failures);
  };

  const open = (): void => {
    if (source || document.visibilityState === 'hidden') return;
    source = new EventSource(address);
    source.addEventListener('changed', (event) => {
      const now = (event as MessageEvent<string>).data;
      if (now !== wanted) stale = ids;
      [wanted, failures] = [now, 0];
      void take();
    });
    source.addEventListener('error', () => { if (source?.readyState === EventSource.CLOSED) source = undefined; });
  };
  const close = (): void => { source?.close(); source = undefined; };
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? close() : open()));
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
  open();
}

/** Text that was typed and not sent. */
const isWritten = (place: HTMLElement | null): boolean => written(place).length > 0;

/** This page, without the ticks that its address asks for: whoever took them off finds none again. */
function unticked(): string {
  const address = new URL(location.href);
  address.searchParams.delete('coches');
  return address.href;
}
