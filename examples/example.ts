/** What `npm start -- NAME` needs to know of an example. */
export interface Example {
  /** The Worker's file, below the project's folder. */
  worker: string
  /** Folder of the website, below the project's folder. Without one there is the demo's. */
  site?: string
  /** Starts what the example brings along, before the broker. */
  setUp(ports: { free(): Promise<number> }): Promise<Running>
  /** What to try, shown when everything runs. */
  tips: readonly string[]
}

export interface Running {
  /** For the broker, besides the usual ones. */
  variables: Readonly<Record<string, string>>
  close(): Promise<void>
}
