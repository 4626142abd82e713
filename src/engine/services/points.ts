import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord, PointRecord } from '../catalog/records';
import { notFound } from './notFound';

/** Recovery points of protected items: one row for each durable manifest. */
export class PointService {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Newest first; `from` and `to` (ms UTC) bound the time. */
  list(item: ItemRecord, window: { from?: number; to?: number } = {}): PointRecord[] {
    return this.#catalog.points.list({
      where: { item_key: idKey(item.id) },
      ...(window.from !== undefined && { from: { time: window.from } }),
      ...(window.to !== undefined && { to: { time: window.to } }),
      orderBy: 'time',
      descending: true,
    });
  }

  /** @throws AppError `ResourceNotFound` */
  get(item: ItemRecord, name: string): PointRecord {
    const point = this.#catalog.points.get(`${idKey(item.id)}/recoverypoints/${name}`);
    if (!point) throw notFound(`${item.id}/recoveryPoints/${name}`);
    return point;
  }
}
