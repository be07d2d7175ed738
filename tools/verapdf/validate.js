// Validates PDF files by veraPDF against the flavours named, all in one start of Java.
// Arguments: the flavours, parted by commas (`ua1,3a`), then the files. Prints JSON: one object a
// file and flavour, with the number of checks, those that failed, and each rule that failed with
// its first message.
var V = Packages.org.verapdf;
V.gf.foundry.VeraGreenfieldFoundryProvider.initialise();

function flavoursOf(names) {
    var list = new java.util.ArrayList();
    names.split(",").forEach(function (name) {
        list.add(V.pdfa.flavours.PDFAFlavour.fromString(name));
    });
    return list;
}

function failuresOf(result) {
    var found = {};
    result.getTestAssertions().toArray().forEach(function (assertion) {
        if (String(assertion.getStatus()) === "PASSED") {
            return;
        }
        var rule = assertion.getRuleId();
        var name = rule.getClause() + "-" + rule.getTestNumber();
        if (!found[name]) {
            found[name] = {
                rule: name,
                message: String(assertion.getErrorMessage() || assertion.getMessage()),
                place: String(assertion.getLocation().getContext())
            };
        }
    });
    return Object.keys(found).map(function (name) { return found[name]; });
}

function failedChecks(result) {
    var sum = 0;
    result.getFailedChecks().values().toArray().forEach(function (count) { sum += Number(count); });
    return sum;
}

function validate(file, flavours) {
    var foundry = V.pdfa.Foundries.defaultInstance();
    var parser = foundry.createParser(new java.io.File(file), flavours.get(0));
    try {
        var validator = foundry.createValidator(flavours, 1000, false, true, false);
        return validator.validateAll(parser).toArray().map(function (result) {
            return {
                file: file,
                flavour: String(result.getPDFAFlavour().getId()),
                compliant: result.isCompliant() == true,
                checks: Number(result.getTotalAssertions()),
                failed: failedChecks(result),
                rules: failuresOf(result)
            };
        });
    } finally {
        parser.close();
    }
}

var told = [];
for (var i = 1; i < arguments.length; i++) {
    told = told.concat(validate(arguments[i], flavoursOf(arguments[0])));
}
print(JSON.stringify(told, null, 1));
