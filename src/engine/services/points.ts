import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { PointSpan } from '../catalog/pointSpans';
import type { ItemRecord, PointRecord } from '../catalog/records';
import { notFound } from './notFound';

/** Recovery points of protected items: one row for each durable manifest. */
export class PointService {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Newest first; `from` and `to` (ms UTC) bound the time. */
  list(item: ItemRecord, { from, to }: { from?: number; to?: number }, page: PageRequest): Page<PointRecord> {
    return this.#catalog.points.page(
      {
        where: { item_key: idKey(item.id) },
        from: { time: from },
        to: { time: to },
        orderBy: 'time',
        descending: true,
      },
      page,
    );
  }

  /** The ends of each item's points, and their numbers if `count` asks for them, by the items' keys. */
  spans(items: readonly ItemRecord[], options: { count: boolean }): ReadonlyMap<string, PointSpan> {
    return this.#catalog.pointSpans(
      items.map((item) => idKey(item.id)),
      options,
    );
  }

  /** @throws AppError `ResourceNotFound` */
  get(item: ItemRecord, name: string): PointRecord {
    const point = this.#catalog.points.get(`${idKey(item.id)}/recoverypoints/${name}`);
    if (!point) throw notFound(`${item.id}/recoveryPoints/${name}`);
    return point;
  }
}
