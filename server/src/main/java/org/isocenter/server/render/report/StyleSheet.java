package org.isocenter.server.render.report;

/// How reports look: on a light or dark screen, and on paper. Nothing in it is loaded from elsewhere.
final class StyleSheet {
    /// Without characters that XML and HTML read in different ways.
    static final String SHEET = """

            :root {
              color-scheme: light dark;
              --ink: #1b1f24; --soft: #59636e; --paper: #ffffff; --line: #d5dae0; --band: #f4f6f8;
              --link: #0b57b7; --warn-ink: #6b3500; --warn: #fff3dc; --warn-line: #e0a33e;
            }
            @media screen and (prefers-color-scheme: dark) {
              :root {
                --ink: #e6e9ed; --soft: #9aa5b1; --paper: #14171b; --line: #333a42; --band: #1d2127;
                --link: #7fb5ff; --warn-ink: #ffd79a; --warn: #33260f; --warn-line: #8a6420;
              }
            }
            body {
              margin: 0 auto; max-width: 58rem; padding: 2rem 1.5rem 4rem; background: var(--paper);
              color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
              overflow-wrap: anywhere;
            }
            h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
            h2, h3, h4, h5, h6 { line-height: 1.3; margin: 1.75rem 0 .5rem; }
            h2 { font-size: 1.3rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
            h3 { font-size: 1.1rem; }
            h4, h5, h6 { font-size: 1rem; }
            a { color: var(--link); }
            header { border-bottom: 2px solid var(--line); margin-bottom: 1rem; padding-bottom: 1rem; }
            .facts dl { grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .3rem 2.5rem; font-size: .9rem; }
            .facts dl > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: 0 1rem; align-content: start; }
            .facts dl.patient { font-size: 1rem; padding-bottom: .6rem; border-bottom: 1px solid var(--line); }
            .facts dl.patient dd { font-weight: 600; }
            .warning {
              margin: 0 0 1rem; padding: .5rem .9rem; border: 1px solid var(--warn-line); border-radius: .4rem;
              background: var(--warn); color: var(--warn-ink); font-weight: 600;
            }
            dl { margin: .5rem 0; display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: .3rem 1rem; }
            dl > div { display: contents; }
            dt { grid-column: 1; color: var(--soft); }
            dd { grid-column: 2; margin: 0; }
            dd dl, td dl, li dl { font-size: .9rem; grid-template-columns: minmax(5rem, 9rem) 1fr; gap: .1rem .8rem; }
            p.value { margin: 0; white-space: pre-wrap; }
            p.prose { max-width: 46rem; }
            p.relation {
              margin: .5rem 0 0; color: var(--soft); font-size: .8rem; font-weight: 600; letter-spacing: .02em;
            }
            .code, .when { color: var(--soft); font-size: .85rem; font-weight: 400; }
            .notes { color: var(--soft); }
            ul { margin: .25rem 0; padding-left: 1.2rem; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; margin: .75rem 0; width: 100%; font-size: .95rem; }
            caption { text-align: start; color: var(--soft); font-size: .85rem; padding-bottom: .25rem; }
            th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: start; vertical-align: top; }
            thead th { background: var(--band); font-size: .85rem; }
            tbody th { font-weight: 500; }
            td.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
            :target { outline: 2px solid var(--link); outline-offset: 3px; }
            @media (max-width: 34rem) {
              dl, dd dl, td dl, li dl { grid-template-columns: 1fr; gap: 0; }
              dd { grid-column: 1; margin-bottom: .4rem; }
            }
            @media print {
              body { max-width: none; padding: 0; font-size: 10pt; }
              a { color: inherit; text-decoration: none; }
              h2, h3, h4, h5, h6, p.relation, thead { break-after: avoid; }
              tr, dl > div, .warning { break-inside: avoid; }
            }
            """;

    private StyleSheet() {}
}
