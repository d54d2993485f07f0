/** Addresses of the files that pages share, as seen from the site's root. */
export interface AssetUrls {
  plotly: string;
  script: string;
  style: string;
}
