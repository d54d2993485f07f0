/** URLs of the files that all pages share, relative to the site's root. */
export interface AssetUrls {
  plotly: string;
  script: string;
  style: string;
}
