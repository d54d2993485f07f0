/** The files that all pages share, by their paths below the site. */
export interface AssetUrls {
  /** The whole of plotly.js. */
  plotly: string;
  /** The third of plotly.js that draws axes, see `viz/charts/bundle.ts`. */
  cartesian: string;
  /** Draws the charts. */
  script: string;
  /** Shows times in the reader's zone. */
  times: string;
  /** Searches tables. */
  search: string;
  style: string;
  /** The views that the queries of charts ask, as text. */
  views: string;
}
