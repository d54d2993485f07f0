/** The files that all pages share, by their paths below the site. */
export interface AssetUrls {
  plotly: string;
  /** Draws the charts. */
  script: string;
  /** Shows times in the reader's zone. */
  times: string;
  style: string;
  /** The views that the queries of charts ask, as text. */
  views: string;
}
