package org.isocenter.server;

/// A command that is run with the settings of the server.
interface TakesSettings {

    SettingFlags flags();
}
