import { refresh } from './swap.ts';
import { say } from './say.ts';

/**
 * `<div data-live="/…/evenements" data-live-mark="…" data-live-ids="counters rows">`: when the server says that what is shown has changed, the elements with these
 * ids are taken anew from the page. Where something is opened, ticked or being written in one of them it waits, so that nothing moves under a hand.
 * A tab that is not seen holds no connection. What changed is announced from the counters (`.counters a`), else from `data-live-said`.
 */
export function followChanges(attach: (root: ParentNode) => void): void {
  const place = document.querySelector<HTMLElement>('[data-live]');
  if (!place?.dataset.live || typeof EventSource === 'undefined') return;
  const address = place.dataset.live;
  const ids = (place.dataset.liveIds ?? '').split(' ').filter(Boolean);
  let mark = place.dataset.liveMark ?? '';
  let wanted = mark;
  let source: EventSource | undefined;
  let busy = false;

  const inUse = (): boolean => ids.some((id) => document.querySelector(`#${CSS.escape(id)} :is(details[data-confirm][open], input:checked, input:focus, textarea:focus)`) !== null);

  const take = async (): Promise<void> => {
    if (busy || wanted === mark) return;
    if (inUse()) return void setTimeout(() => void take(), 2000);
    busy = true;
    const [asked, before] = [wanted, counted()];
    const taken = await refresh(location.href, ids, () => !inUse(), attach);
    busy = false;
    if (!taken) return;
    mark = asked;
    const changes = [...counted()].filter(([name, count]) => before.get(name) !== count).map(([name, count]) => `${name} ${count}`);
    const said = changes.length > 0 ? changes.join(', ') : (place.dataset.liveSaid ?? '');
    if (said) say(said);
    void take();
  };

  const open = (): void => {
    if (source || document.visibilityState === 'hidden') return;
    source = new EventSource(address);
    source.addEventListener('changed', (event) => { wanted = (event as MessageEvent<string>).data; void take(); });
    source.addEventListener('error', () => { if (source?.readyState === EventSource.CLOSED) source = undefined; });
  };
  const close = (): void => { source?.close(); source = undefined; };
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? close() : open()));
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
  open();
}

const counted = (): Map<string, string> => new Map([...document.querySelectorAll('.counters a')].map((counter) => {
  const count = counter.querySelector('b')?.textContent?.trim() ?? '';
  return [(counter.textContent ?? '').replace(count, '').replace(/\s+/g, ' ').trim(), count] as const;
}));
