package types

// CarriesMoney is carriesMoney for tests, which have messages of money at hand only in
// the SDK's packages.
var CarriesMoney = carriesMoney
