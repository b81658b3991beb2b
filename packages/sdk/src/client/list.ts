/** One page of a list. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor?: string | null | undefined;
  readonly hasMore?: boolean | undefined;
}

/**
 * A list that is asked for when somebody wants it: `await` gives one page, `for await` every item of all pages, asked
 * for one after the other as they are needed.
 *
 * ```ts
 * const { data, nextCursor } = await client.deliveries.list({ limit: 50 });
 * for await (const delivery of client.deliveries.list({ status: "failed" })) console.log(delivery.id);
 * ```
 */
export class List<Item, OnePage extends Page<Item> = Page<Item>>
  implements Promise<OnePage>, AsyncIterable<Item>
{
  readonly [Symbol.toStringTag] = "List";
  readonly #getPage: (cursor: string | undefined) => Promise<OnePage>;

  constructor(getPage: (cursor: string | undefined) => Promise<OnePage>) {
    this.#getPage = getPage;
  }

  /** The page that the query asks for. */
  // oxlint-disable-next-line unicorn/no-thenable -- To be awaited is what it is for.
  then<Done = OnePage, Failed = never>(
    done?: ((page: OnePage) => Done | PromiseLike<Done>) | null,
    failed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    return this.#getPage(undefined).then(done, failed);
  }

  catch<Failed = never>(
    failed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<OnePage | Failed> {
    return this.then(undefined, failed);
  }

  finally(ended?: (() => void) | null): Promise<OnePage> {
    return this.#getPage(undefined).finally(ended);
  }

  /** Page after page. */
  async *pages(): AsyncGenerator<OnePage, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#getPage(cursor);
      yield page;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }
}
