// The part of the seam that is about collections: their files, their items, their deck.

import type {
  BlobHash, CollectionDetail, CollectionId, CollectionInfo, CollectionRow, InputRole, Item, ItemId, ItemKey, ItemList,
  Photo, Resolution,
} from "./collections";
import type { DeckFormat, DeckPreview, DeckSettings, DeckVersion } from "./deck";
import type { AddOutcome, DocumentId, JobId } from "./model";

/** Every call rejects with an EngineError and nothing else. */
export interface CollectionsApi {
  /** The latest changed first. */
  list(): Promise<CollectionRow[]>;
  create(info: CollectionInfo): Promise<CollectionDetail>;
  get(id: CollectionId): Promise<CollectionDetail>;
  setInfo(id: CollectionId, info: CollectionInfo): Promise<CollectionDetail>;
  /** To the trash. */
  remove(id: CollectionId): Promise<void>;
  restore(id: CollectionId): Promise<void>;
  /** Opens the system's file picker. */
  chooseFiles(id: CollectionId, role: InputRole): Promise<AddOutcome[]>;
  addFiles(id: CollectionId, role: InputRole, paths: string[]): Promise<AddOutcome[]>;
  addDocuments(id: CollectionId, role: InputRole, documents: DocumentId[]): Promise<CollectionDetail>;
  removeInput(id: CollectionId, document: DocumentId): Promise<CollectionDetail>;
  setRole(id: CollectionId, document: DocumentId, role: InputRole): Promise<CollectionDetail>;
  process(id: CollectionId): Promise<CollectionDetail>;
  generateItems(id: CollectionId): Promise<CollectionDetail>;
  /** Whatever of it is at work. */
  cancel(id: CollectionId): Promise<CollectionDetail>;
  items(id: CollectionId): Promise<ItemList>;
  /** All pictures of its linesheets that show products. */
  photos(id: CollectionId): Promise<Photo[]>;
  /** A person's value for one or many. */
  setItems(id: CollectionId, items: ItemId[], key: ItemKey, value: string): Promise<Item[]>;
  /** The machine's value again. */
  resetItem(id: CollectionId, item: ItemId, key: ItemKey): Promise<Item>;
  /** Null: to the end. */
  moveItems(id: CollectionId, items: ItemId[], before: ItemId | null): Promise<void>;
  /** Null takes back what was said. */
  resolveLine(id: CollectionId, key: string, resolution: Resolution | null): Promise<ItemList>;
  /** Null: the column is not used. */
  setOrderColumn(id: CollectionId, document: DocumentId, column: number, meaning: string | null): Promise<CollectionDetail>;
  renameCategory(id: CollectionId, from: string, to: string): Promise<CollectionDetail>;
  orderCategories(id: CollectionId, names: string[]): Promise<CollectionDetail>;
  deckSettings(id: CollectionId): Promise<DeckSettings>;
  setDeckSettings(id: CollectionId, settings: DeckSettings): Promise<void>;
  /** Opens the system's picker for a picture; the settings as they are where the person closes it. */
  chooseDeckLogo(id: CollectionId): Promise<DeckSettings>;
  setDeckLogo(id: CollectionId, document: DocumentId): Promise<DeckSettings>;
  deckPreview(id: CollectionId): Promise<DeckPreview>;
  generateDeck(id: CollectionId, formats: DeckFormat[]): Promise<JobId>;
  /** Newest first. */
  deckVersions(id: CollectionId): Promise<DeckVersion[]>;
  /** Opens the system's dialog for a place. */
  saveDeck(id: CollectionId, version: number, format: DeckFormat): Promise<void>;
  openDeck(id: CollectionId, version: number, format: DeckFormat): Promise<void>;
  showDeck(id: CollectionId, version: number, format: DeckFormat): Promise<void>;
  /** What an `<img>` can show of a stored picture, `width` pixels wide or a little more. */
  photoUrl(blob: BlobHash, width: number): string;
  /** What an `<img>` can show of a slide of the preview. */
  slideUrl(id: CollectionId, hash: string, width: number): string;
}

type Answer = <T>(call: Promise<unknown>) => Promise<T>;

/** The scheme that the window's pictures come by. */
export const SCHEME = "papertray";

export function tauriCollections(
  commands: typeof import("./bindings").commands, answer: Answer, asset: (path: string, protocol?: string) => string,
): CollectionsApi {
  return {
    list: async () => {
      const rows = await answer<CollectionRow[]>(commands.listCollections());
      return rows.sort((a, b) => b.updated_at.localeCompare(a.updated_at));
    },
    create: (info) => answer(commands.createCollection(info)),
    get: (id) => answer(commands.collection(id)),
    setInfo: (id, info) => answer(commands.setCollectionInfo(id, info)),
    remove: (id) => answer(commands.removeCollection(id)),
    restore: (id) => answer(commands.restoreCollection(id)),
    chooseFiles: (id, role) => answer(commands.chooseCollectionFiles(id, role)),
    addFiles: (id, role, paths) => answer(commands.addCollectionFiles(id, role, paths)),
    addDocuments: (id, role, documents) => answer(commands.addCollectionDocuments(id, role, documents)),
    removeInput: (id, document) => answer(commands.removeCollectionInput(id, document)),
    setRole: (id, document, role) => answer(commands.setInputRole(id, document, role)),
    process: (id) => answer(commands.processCollection(id)),
    generateItems: (id) => answer(commands.generateItems(id)),
    cancel: (id) => answer(commands.cancelCollection(id)),
    items: (id) => answer(commands.collectionItems(id)),
    photos: (id) => answer(commands.collectionPhotos(id)),
    setItems: (id, items, key, value) => answer(commands.setItems(id, items, key, value)),
    resetItem: (id, item, key) => answer(commands.resetItem(id, item, key)),
    moveItems: (id, items, before) => answer(commands.moveItems(id, items, before)),
    resolveLine: (id, key, resolution) => answer(commands.resolveLine(id, key, resolution)),
    setOrderColumn: (id, document, column, meaning) => answer(commands.setOrderColumn(id, document, column, meaning)),
    renameCategory: (id, from, to) => answer(commands.renameCategory(id, from, to)),
    orderCategories: (id, names) => answer(commands.orderCategories(id, names)),
    deckSettings: (id) => answer(commands.deckSettings(id)),
    setDeckSettings: (id, settings) => answer(commands.setDeckSettings(id, settings)),
    chooseDeckLogo: (id) => answer(commands.chooseDeckLogo(id)),
    setDeckLogo: (id, document) => answer(commands.setDeckLogo(id, document)),
    deckPreview: (id) => answer(commands.deckPreview(id)),
    generateDeck: (id, formats) => answer(commands.generateDeck(id, formats)),
    deckVersions: async (id) => {
      const versions = await answer<DeckVersion[]>(commands.deckVersions(id));
      return versions.sort((a, b) => b.version - a.version);
    },
    saveDeck: (id, version, format) => answer(commands.saveDeck(id, version, format)),
    openDeck: (id, version, format) => answer(commands.openDeck(id, version, format)),
    showDeck: (id, version, format) => answer(commands.showDeck(id, version, format)),
    photoUrl: (blob, width) => asset(`photo/${blob}/${width}`, SCHEME),
    slideUrl: (id, hash, width) => asset(`slide/${id}/${hash}/${width}`, SCHEME),
  };
}
