package org.isocenter.server;

import java.util.List;

/// The reference page of the settings, made from the catalogue.
final class SettingsPage {

    /// Where the page stands, below the root of the repository.
    static final String PATH = "docs/reference/settings.md";

    private static final String OPENING = """
            # Settings

            Every setting has a default that suits one machine. To change one, write it to `isocenter.yaml` in the folder
            the server is started in (or the file named by `--config` or `ISOCENTER_CONFIG`), or set an environment
            variable, or give a flag. Of several the last one wins: default, file, variable, flag.

            ```yaml
            http:
              port: 8081
            data.dir: /srv/isocenter
            ```

            ```sh
            ISOCENTER_HTTP_PORT=8081 ./isocenter serve
            ./isocenter serve --http-port 8081
            ```

            The variable of a setting is its key in capitals after `ISOCENTER_`, the flag its key after `--`, both with
            every dot turned into `_` or `-`. An empty variable counts as not set. Sizes are written `65536`, `64 KiB` or
            `4 GiB` (1024) and `64 kB` or `4 GB` (1000), durations `500ms`, `30s`, `10m`, `1h`, `3d` or `PT1H30M`, lists
            with commas or as YAML lists.

            Anything wrong is reported at start, all faults at once, and the server does not start: a misspelt key is
            never ignored. `./isocenter settings` shows the values in force and where each comes from.

            This page is written by `./isocenter settings --write-page docs/reference/settings.md`.
            """;

    private SettingsPage() {}

    static String write() {
        StringBuilder page = new StringBuilder(OPENING);
        String concern = "";
        for (Setting<?> setting : SettingCatalogue.all()) {
            if (!setting.concern().equals(concern)) {
                concern = setting.concern();
                page.append("\n## ").append(concern).append("\n\n");
                page.append("| Key | Default | Allowed | Meaning |\n|---|---|---|---|\n");
            }
            List<String> cells = List.of(
                    code(setting.key()), code(printDefault(setting)), setting.allowedValues(), setting.meaning());
            page.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return page.toString();
    }

    private static <T> String printDefault(Setting<T> setting) {
        return setting.print(setting.byDefault());
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : '`' + text + '`';
    }
}
