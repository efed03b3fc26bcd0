package org.isocenter.server.fhir.mapping;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.fhir.FhirVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The equipment that made instances (PS3.3 C.7.5.1). One device is one manufacturer, model and serial
/// number; equipment without a serial number cannot be told from the next, and is none.
final class Devices {
    private final FhirVersion version;
    private final Map<String, ObjectNode> devices = new LinkedHashMap<>();

    Devices(FhirVersion version) {
        this.version = version;
    }

    List<ObjectNode> devices() {
        return List.copyOf(devices.values());
    }

    /// All that tells a device from the next.
    static List<@Nullable String> describe(DataSet dataSet) {
        return Arrays.asList(
                dataSet.findString(Tag.Manufacturer),
                dataSet.findString(Tag.ManufacturerModelName),
                dataSet.findString(Tag.DeviceSerialNumber));
    }

    @Nullable
    ObjectNode findDevice(DataSet dataSet) {
        String manufacturer = dataSet.findString(Tag.Manufacturer);
        String serial = dataSet.findString(Tag.DeviceSerialNumber);
        if (manufacturer == null || serial == null) {
            return null;
        }
        String model = dataSet.findString(Tag.ManufacturerModelName);
        return devices.computeIfAbsent(
                Elements.id("Device", manufacturer, model == null ? "" : model, serial),
                id -> device(id, manufacturer, model, serial, dataSet));
    }

    private ObjectNode device(String id, String manufacturer, @Nullable String model, String serial, DataSet dataSet) {
        ObjectNode device = Elements.resource("Device", id);
        Elements.putAll(
                device,
                "identifier",
                List.of(
                        Elements.identifier("urn:ietf:rfc:3986", "urn:uuid:" + id),
                        Elements.identifier("SNO", null, serial)));
        boolean r5 = version == FhirVersion.R5;
        DataSet udi = dataSet.findItem(Tag.UDISequence);
        String carrier = udi == null ? null : udi.findString(Tag.UniqueDeviceIdentifier);
        if (carrier != null && !r5) {
            device.withArray("udiCarrier").addObject().put("carrierHRF", carrier);
        }
        device.put("status", "active");
        device.put("manufacturer", manufacturer);
        device.put("serialNumber", serial);
        String station = dataSet.findString(Tag.StationName);
        putName(device, model, "model-name", "registered-name");
        putName(device, station, "user-friendly-name", "user-friendly-name");
        Elements.put(device, "modelNumber", model);
        for (String software : dataSet.strings(Tag.SoftwareVersions)) {
            if (!software.isBlank()) {
                device.withArray("version").addObject().put("value", software.strip());
            }
        }
        return device;
    }

    private void putName(ObjectNode device, @Nullable String name, String typeR4, String typeR5) {
        if (name == null) {
            return;
        }
        if (version == FhirVersion.R5) {
            device.withArray("name").addObject().put("value", name).put("type", typeR5);
        } else {
            device.withArray("deviceName").addObject().put("name", name).put("type", typeR4);
        }
    }
}
