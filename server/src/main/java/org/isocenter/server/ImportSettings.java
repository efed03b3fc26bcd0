package org.isocenter.server;

import java.util.Objects;
import org.isocenter.server.blob.Folders;

/// What may be imported.
///
/// @param folders of this machine that may be read
public record ImportSettings(Folders folders) {

    static ImportSettings of(SettingValues values) {
        return new ImportSettings(Objects.requireNonNull(Folders.find(values.get(SettingCatalogue.IMPORT_FOLDERS))));
    }
}
