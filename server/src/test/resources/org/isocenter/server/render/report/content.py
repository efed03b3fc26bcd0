# All content items of a report, in the order of the tree: for each a JSON list with its name, then one of its values.
import json
import sys
import pydicom

sys.stdout.reconfigure(encoding='utf-8')


def values(item):
    kind = item.get('ValueType', '')
    if kind == 'TEXT':
        return [item.TextValue]
    if kind == 'NUM':
        measured = item.MeasuredValueSequence[0]
        return [str(measured.NumericValue), measured.MeasurementUnitsCodeSequence[0].CodeValue]
    if kind == 'CODE':
        code = item.ConceptCodeSequence[0]
        return [code.CodeMeaning, code.CodeValue, code.CodingSchemeDesignator]
    if kind == 'PNAME':
        return [item.PersonName.family_name, item.PersonName.given_name]
    if kind == 'UIDREF':
        return [item.UID]
    if kind in ('COMPOSITE', 'IMAGE', 'WAVEFORM'):
        return [item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID]
    if kind == 'DATE':
        return ['%s-%s-%s' % (item.Date[:4], item.Date[4:6], item.Date[6:8])]
    if kind == 'TIME':
        return ['%s:%s:%s' % (item.Time[:2], item.Time[2:4], item.Time[4:6])]
    return []


def walk(item):
    for child in item.get('ContentSequence', []):
        print(json.dumps([code.CodeMeaning for code in child.get('ConceptNameCodeSequence', [])]))
        print(json.dumps(values(child)))
        walk(child)


walk(pydicom.dcmread(sys.argv[1]))
