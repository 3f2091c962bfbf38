import { DetailedError, Upload } from 'tus-js-client';

/** What the page's own script lends: this file comes later, and only where files are sent. */
export type Tools = {
  say: (text: string) => void;
  size: (bytes: number) => string;
  /** Takes these elements from the page as it is now; answers which were taken, null when it could not. */
  refresh: (address: string, ids: string[], admit: (here: HTMLElement, there: HTMLElement) => boolean) => Promise<string[] | null>;
};

type State = 'waiting' | 'sending' | 'paused' | 'lost' | 'refused' | 'cancelled';

const atOnce = 3;
const piece = 8 * 1024 * 1024; // whole chunks of the server's 64 KiB
const retryDelays = [0, 1000, 3000, 5000, 10_000, 20_000];

const element = <K extends keyof HTMLElementTagNameMap>(name: K, className: string, text = ''): HTMLElementTagNameMap[K] =>
  Object.assign(document.createElement(name), { className, textContent: text });

/** One file, with its row: name, size, progress, what is the matter, and buttons. */
class Item {
  readonly row = element('li', 'upload-row');
  readonly bar = element('progress', 'upload-bar');
  readonly note = element('span', 'upload-note');
  readonly toggle = element('button', 'btn btn-sm btn-link');
  readonly cancel = element('button', 'btn btn-sm btn-link');
  state: State = 'waiting';
  upload?: Upload;
  /** Its announcement is on its way, and is not broken off: what the server has begun would stay there, its address unknown. */
  announcing = false;

  constructor(readonly file: File, size: string) {
    this.toggle.type = this.cancel.type = 'button';
    this.bar.max = Math.max(1, file.size);
    this.bar.value = 0;
    this.bar.setAttribute('aria-label', file.name);
    this.row.append(element('span', 'upload-name', file.name), ' ', element('span', 'size', size), this.bar, this.note, this.toggle, this.cancel);
  }

  get isOpen(): boolean { return this.state !== 'refused'; }
}

/** The files that go to one input's address. It outlives the input, which a refreshed page brings anew. */
class Queue {
  private readonly panel = element('div', 'uploads');
  private readonly total = element('p', 'upload-total');
  private readonly list = element('ul', 'upload-list');
  private items: Item[] = [];
  private joined = 0;
  private refreshing: Promise<void> | null = null;

  constructor(private input: HTMLInputElement, private readonly tools: Tools) {
    this.panel.append(this.total, this.list);
    this.list.setAttribute('aria-label', this.word('list'));
    this.take(input);
  }

  get isBusy(): boolean { return this.items.some((item) => item.isOpen); }

  /** The input as it is on the page now. */
  take(input: HTMLInputElement): void {
    if (input === this.input && this.panel.isConnected) return;
    const focused = this.panel.contains(document.activeElement) ? document.activeElement : null;
    this.input = input;
    input.after(this.panel);
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    input.addEventListener('change', () => this.takeChosen());
    this.takeChosen();
    this.show();
  }

  add(files: readonly File[], folders: readonly string[] = []): void {
    for (const name of folders) this.put(new File([], name), this.word('folder'));
    for (const file of files) this.put(file, this.whyNot(file));
    const going = this.items.filter((item) => item.state === 'waiting').length;
    if (going > 0) this.tools.say(this.word('started', String(going)));
    this.pump();
  }

  /** The connection is back, or the person wants it. */
  resume(which: (item: Item) => boolean = (item) => item.state === 'lost'): void {
    for (const item of this.items.filter(which)) this.set(item, 'waiting', this.word('waiting'));
    this.pump();
  }

  /** Refuses to leave while files are on their way. */
  hold(): void {
    this.tools.say(this.word('wait'));
    this.total.textContent = this.word('wait');
    this.panel.scrollIntoView({ block: 'center' });
    this.items.find((item) => item.isOpen)?.cancel.focus({ preventScroll: true });
  }

  private word(name: string, ...values: string[]): string {
    const words = JSON.parse(this.input.dataset.words ?? '{}') as Record<string, string>;
    return (words[name] ?? '').replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? '');
  }

  private takeChosen(): void {
    const files = [...(this.input.files ?? [])];
    this.input.value = ''; // what leaves now does not leave again with the form
    if (files.length > 0) this.add(files);
  }

  /** What the server would refuse as well, told before anything leaves. */
  private whyNot(file: File): string | null {
    if (file.size === 0) return this.word('empty');
    const refused = (this.input.dataset.refused ?? '').split(' ');
    const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
    if (extension && refused.includes(extension)) return this.word('kind', extension);
    const left = Number(this.input.dataset.limit) - Number(this.input.dataset.used) - this.items.filter((item) => item.isOpen).reduce((sum, item) => sum + item.file.size, 0);
    return file.size > left ? this.word('large', this.tools.size(Math.max(0, left))) : null;
  }

  private put(file: File, refusal: string | null): void {
    const item = new Item(file, this.tools.size(file.size));
    item.cancel.addEventListener('click', () => this.drop(item));
    item.toggle.addEventListener('click', () => this.pauseOrResume(item));
    this.items.push(item);
    this.list.append(item.row);
    if (refusal === null) this.set(item, 'waiting', this.word('waiting'));
    else this.refuse(item, refusal);
  }

  private refuse(item: Item, why: string): void {
    this.set(item, 'refused', why);
    this.tools.say(`${item.file.name}\u00a0: ${why}`);
  }

  private set(item: Item, state: State, note: string): void {
    item.state = state;
    item.note.textContent = note;
    item.row.classList.toggle('refused', state === 'refused');
    item.bar.hidden = state === 'refused';
    item.toggle.hidden = state === 'refused' || state === 'waiting';
    this.name(item.toggle, this.word(state === 'sending' ? 'pause' : 'resume'), item.file.name);
    this.name(item.cancel, this.word(state === 'refused' ? 'dismiss' : 'cancel'), item.file.name);
    this.show();
  }

  private name(button: HTMLButtonElement, verb: string, file: string): void {
    button.replaceChildren(verb, element('span', 'visually-hidden', ` ${file}`));
  }

  private show(): void {
    const limit = Number(this.input.dataset.limit);
    const coming = this.items.filter((item) => item.isOpen).reduce((sum, item) => sum + item.file.size, 0);
    this.panel.hidden = this.items.length === 0;
    this.total.textContent = coming === 0 ? '' : this.word('total', this.tools.size(Number(this.input.dataset.used) + coming), this.tools.size(limit));
  }

  private pump(): void {
    for (const item of this.items) {
      if (this.items.filter((other) => other.state === 'sending').length >= atOnce) return;
      if (item.state === 'waiting') void this.send(item);
    }
  }

  private async send(item: Item): Promise<void> {
    this.set(item, 'sending', this.word('sending', this.tools.size(0), this.tools.size(item.file.size)));
    const upload = item.upload ??= this.uploadOf(item);
    if (!upload.url) {
      const previous = (await upload.findPreviousUploads())[0]; // before the page was left, or the browser closed
      if (previous) upload.resumeFromPreviousUpload(previous);
    }
    if (item.state !== 'sending' || item.announcing) return;
    item.announcing = !upload.url;
    upload.start();
  }

  private uploadOf(item: Item): Upload {
    return new Upload(item.file, {
      endpoint: new URL(this.input.dataset.tus ?? '', location.href).href,
      metadata: { filename: item.file.name },
      chunkSize: piece,
      retryDelays,
      removeFingerprintOnSuccess: true,
      headers: { RequestVerificationToken: this.input.form?.querySelector<HTMLInputElement>('input[name=__RequestVerificationToken]')?.value ?? '' },
      onProgress: (sent) => {
        item.bar.value = sent;
        if (item.state === 'sending') item.note.textContent = this.word('sending', this.tools.size(sent), this.tools.size(item.file.size));
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        if (status === 0 && item.state === 'sending') item.note.textContent = this.word('lost');
        return status < 400 || status >= 500 || status === 409 || status === 423;
      },
      onUploadUrlAvailable: () => {
        item.announcing = false;
        if (item.state === 'cancelled') void this.terminate(item);
        else if (item.state === 'paused') void item.upload?.abort();
      },
      onSuccess: () => this.done(item),
      onError: (error) => this.failed(item, error),
    });
  }

  private failed(item: Item, error: Error): void {
    item.announcing = false;
    if (item.state === 'cancelled') return;
    const answer = error instanceof DetailedError ? error.originalResponse : null;
    const status = answer?.getStatus() ?? 0;
    const told = answer?.getHeader('Content-Type')?.startsWith('text/plain') ? answer.getBody() : '';
    if (status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 409 && status !== 423) {
      this.refuse(item, told || this.word('failed'));
    } else {
      this.set(item, 'lost', told || this.word(status === 0 ? 'lost' : 'failed'));
      this.tools.say(`${item.file.name}\u00a0: ${item.note.textContent}`);
    }
    this.pump();
  }

  private done(item: Item): void {
    this.joined++;
    this.remove(item);
    this.tools.say(this.word('done', item.file.name));
    this.pump();
    this.refreshing = (this.refreshing ?? Promise.resolve()).then(() => this.refresh());
  }

  /**
   * What the form was made of goes on only by what was joined from here: if somebody else changed the draft too, what was shown
   * stays, and the next saving tells it instead of writing over it.
   */
  private async refresh(): Promise<void> {
    if (this.joined === 0) return;
    const counted = this.joined;
    const sending = this.items.filter((item) => item.state === 'sending').length; // joined, perhaps, and not told yet
    const shown = (place: HTMLElement): string[] => (place.querySelector<HTMLInputElement>('input[type=hidden]')?.value ?? '').split(/\.(.*)/);
    const fresh = await this.tools.refresh(this.input.form?.action ?? location.href, (this.input.dataset.tusRefresh ?? '').split(' ').filter(Boolean), (here, there) => {
      const [[before, content], [now, contentNow]] = [shown(here), shown(there)]; // a version, and what tells the content of it
      return content === contentNow && Number(now) >= Number(before) && Number(now) <= Number(before) + counted + sending;
    });
    if (fresh) this.joined -= counted;
  }

  private pauseOrResume(item: Item): void {
    if (item.state === 'sending') {
      if (!item.announcing) void item.upload?.abort();
      this.set(item, 'paused', this.word('paused'));
      this.pump();
    } else {
      this.resume((other) => other === item);
    }
  }

  private drop(item: Item): void {
    const { state } = item;
    item.state = 'cancelled';
    this.remove(item);
    this.pump();
    if (state !== 'refused' && !item.announcing) void this.terminate(item);
  }

  private async terminate({ upload }: Item): Promise<void> {
    await upload?.abort(true).catch(() => undefined); // what cannot be told now is removed after a day
  }

  /** The keyboard goes to the next row, or back to the choice of files. */
  private remove(item: Item): void {
    const hadFocus = item.row.contains(document.activeElement);
    const at = this.items.indexOf(item);
    this.items = this.items.filter((other) => other !== item);
    item.row.remove();
    this.show();
    if (hadFocus) (this.items[Math.min(at, this.items.length - 1)]?.cancel ?? this.input).focus({ preventScroll: true });
  }
}

/**
 * `<input type="file" data-tus="/where" data-tus-refresh="ids" data-limit data-used data-refused data-words>`: what is chosen, or dropped on the
 * page, leaves at once by tus, several at a time, and goes on after a broken connection. Answers what attaches it to new parts of the page.
 */
export function sendAtOnce(tools: Tools): (root: ParentNode) => void {
  const queues = new Map<string, Queue>();
  const attach = (root: ParentNode): void => {
    for (const input of root.querySelectorAll<HTMLInputElement>('input[type=file][data-tus]')) {
      const known = queues.get(input.id);
      if (known) known.take(input);
      else queues.set(input.id, new Queue(input, tools));
    }
  };
  attach(document);

  const busy = (): Queue | undefined => [...queues.values()].find((queue) => queue.isBusy);
  window.addEventListener('online', () => queues.forEach((queue) => queue.resume()));
  window.addEventListener('beforeunload', (event) => { if (busy()) event.preventDefault(); });
  document.addEventListener('submit', (event) => {
    const button = event.submitter;
    const stays = button instanceof HTMLButtonElement && (button.dataset.swap !== undefined || button.value === 'delete');
    const queue = busy();
    if (!queue || stays) return;
    event.preventDefault();
    event.stopPropagation();
    queue.hold();
  }, true);
  takeDropped((files, folders) => [...queues.values()][0]?.add(files, folders));
  return attach;
}

/** Wherever on the page it falls: a browser would leave the page and show the file. */
function takeDropped(take: (files: File[], folders: string[]) => void): void {
  const bringsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  const mark = (on: boolean): void => document.querySelectorAll('.upload').forEach((zone) => zone.classList.toggle('dropping', on));
  document.addEventListener('dragover', (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener('dragleave', (event) => { if (event.relatedTarget === null) mark(false); });
  document.addEventListener('drop', (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    mark(false);
    const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === 'file');
    const folders = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry?.isDirectory).map((entry) => entry?.name ?? '');
    take([...(event.dataTransfer?.files ?? [])].filter((file) => !folders.includes(file.name)), folders);
  });
}
