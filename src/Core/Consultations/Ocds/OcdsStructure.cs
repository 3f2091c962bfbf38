using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// The structure of an OCDS 1.1 release, in our own notation. Fields that are not listed are allowed and not checked.
/// <code>
/// name!   required              string?      or null                        X[]          a list
/// name~   also name_fr, name_de string{list} a closed codelist              X[1+]        with at least one element
///         text = a non-empty string          a|b = either                   X[unique]    whose elements all differ
/// </code>
/// <c>date</c> and <c>uri</c> are strings: like the reference validators, a malformed one is not an error of structure.
/// What the extensions bids, enquiries and lots add is stated as far as we read it, and tolerates null.
/// </summary>
internal static partial class OcdsStructure
{
    private const string Definitions = """
        Release
          ocid! text
          id! text
          date! date
          tag! string{releaseTag}[1+]
          initiationType! string{initiationType}
          parties Organization[unique]
          buyer OrganizationReference
          planning Planning
          tender Tender
          awards Award[unique]
          contracts Contract[unique]
          language string?
          relatedProcesses RelatedProcess[unique]
          bids Bids?
        Planning
          rationale~ string?
          budget Budget
          documents Document[]
          milestones Milestone[]
        Budget
          id string|integer?
          description~ string?
          amount Value
          project~ string?
          projectID string|integer?
          uri uri?
          source~ uri?
        Tender
          id! text|integer
          title~ string?
          description~ string?
          status string{tenderStatus}?
          procuringEntity OrganizationReference
          items Item[unique]
          value Value
          minValue Value
          procurementMethod string{method}?
          procurementMethodDetails string?
          procurementMethodRationale~ string?
          mainProcurementCategory string{procurementCategory}?
          additionalProcurementCategories string[]?
          awardCriteria string?
          awardCriteriaDetails~ string?
          submissionMethod string[]?
          submissionMethodDetails~ string?
          tenderPeriod Period
          enquiryPeriod Period
          hasEnquiries boolean?
          eligibilityCriteria~ string?
          awardPeriod Period
          contractPeriod Period
          numberOfTenderers integer?
          tenderers OrganizationReference[unique]
          documents Document[]
          milestones Milestone[]
          amendments Amendment[]
          amendment Amendment
          enquiries Enquiry[]?
          lots Lot[]?
        Award
          id! text|integer
          title~ string?
          description~ string?
          status string{awardStatus}?
          date date?
          value Value
          suppliers OrganizationReference[unique]
          items Item[1+ unique]
          contractPeriod Period
          documents Document[unique]
          amendments Amendment[]
          amendment Amendment
          relatedLots string|integer[]?
        Contract
          id! text|integer
          awardID! text|integer
          title~ string?
          description~ string?
          status string{contractStatus}?
          period Period
          value Value
          items Item[1+ unique]
          dateSigned date?
          documents Document[unique]
          implementation Implementation
          relatedProcesses RelatedProcess[unique]
          milestones Milestone[]
          amendments Amendment[]
          amendment Amendment
        Implementation
          transactions Transaction[unique]
          milestones Milestone[unique]
          documents Document[unique]
        Transaction
          id! text|integer
          source uri?
          date date?
          value Value
          payer OrganizationReference
          payee OrganizationReference
          uri uri?
          amount Value
          providerOrganization Identifier
          receiverOrganization Identifier
        Milestone
          id! text|integer
          title~ string?
          type string?
          description~ string?
          code string?
          dueDate date?
          dateMet date?
          dateModified date?
          status string{milestoneStatus}?
          documents Document[unique]
        Document
          id! text|integer
          documentType string?
          title~ string?
          description~ string?
          url uri?
          datePublished date?
          dateModified date?
          format string?
          language string?
        Item
          id! text|integer
          description~ string?
          classification Classification
          additionalClassifications Classification[unique]
          quantity number?
          unit Unit
        Unit
          scheme string?
          id string?
          name~ string?
          value Value
          uri uri?
        Classification
          scheme string?
          id string|integer?
          description~ string?
          uri uri?
        Amendment
          id string?
          date date?
          rationale~ string?
          description string?
          amendsReleaseID string?
          releaseID string?
          changes Change[]
        Change
          property string
          former_value string|number|array|object?
        OrganizationReference
          id string|integer
          name text?
          identifier Identifier
          additionalIdentifiers Identifier[unique]
          address Address
          contactPoint ContactPoint
        Organization
          id string
          name~ string?
          identifier Identifier
          additionalIdentifiers Identifier[unique]
          address Address
          contactPoint ContactPoint
          roles string[]?
          details object?
        Identifier
          scheme string?
          id string|integer?
          legalName~ string?
          uri uri?
        Address
          streetAddress string?
          locality string?
          region string?
          postalCode string?
          countryName~ string?
        ContactPoint
          name~ string?
          email string?
          telephone string?
          faxNumber string?
          url uri?
        Value
          amount number?
          currency string{currency}?
        Period
          startDate date?
          endDate date?
          maxExtentDate date?
          durationInDays integer?
        RelatedProcess
          id string
          relationship string[]?
          title string?
          scheme string?
          identifier string?
          uri uri?
        Bids
          details Bid[]?
        Bid
          id string|integer?
          status string?
          submissionType string?
          date date?
          tenderers OrganizationReference[]?
          relatedLots string|integer[]?
        Enquiry
          id string|integer?
          date date?
          author OrganizationReference?
          relatedLot string|integer?
        Lot
          id string|integer?
          title string?
        """;

    private const string Codelists = """
        releaseTag planning planningUpdate tender tenderAmendment tenderUpdate tenderCancellation award awardUpdate awardCancellation contract contractUpdate contractAmendment implementation implementationUpdate contractTermination compiled
        initiationType tender
        tenderStatus planning planned active cancelled unsuccessful complete withdrawn
        method open selective limited direct
        procurementCategory goods works services
        awardStatus pending active cancelled unsuccessful
        contractStatus pending active cancelled terminated
        milestoneStatus scheduled met notMet partiallyMet
        """;

    // ISO 4217, present and historic.
    private const string Currencies = """
        ADP AED AFA AFN ALK ALL AMD ANG AOA AOK AON AOR ARA ARP ARS ARY ATS AUD AWG AYM AZM AZN BAD BAM BBD BDT BEC BEF
        BEL BGJ BGK BGL BGN BHD BIF BMD BND BOB BOP BOV BRB BRC BRE BRL BRN BRR BSD BTN BUK BWP BYB BYN BYR BZD CAD CDF
        CHC CHE CHF CHW CLF CLP CNY COP COU CRC CSD CSJ CSK CUC CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD ECS ECV EEK EGP
        ERN ESA ESB ESP ETB EUR FIM FJD FKP FRF GBP GEK GEL GHC GHP GHS GIP GMD GNE GNF GNS GQE GRD GTQ GWE GWP GYD HKD
        HNL HRD HRK HTG HUF IDR IEP ILP ILR ILS INR IQD IRR ISJ ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
        LAJ LAK LBP LKR LRD LSL LSM LTL LTT LUC LUF LUL LVL LVR LYD MAD MDL MGA MGF MKD MLF MMK MNT MOP MRO MRU MTL MTP
        MUR MVQ MVR MWK MXN MXP MXV MYR MZE MZM MZN NAD NGN NIC NIO NLG NOK NPR NZD OMR PAB PEH PEI PEN PES PGK PHP PKR
        PLN PLZ PTE PYG QAR RHD ROK ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SDP SEK SGD SHP SIT SKK SLL SOS SRD SRG
        SSP STD STN SUR SVC SYP SZL THB TJR TJS TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UAK UGS UGW UGX USD USN USS
        UYI UYN UYP UYU UYW UZS VEB VEF VES VNC VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XEU XFO XFU XOF XPD XPF
        XPT XRE XSU XTS XUA XXX YDD YER YUD YUM YUN ZAL ZAR ZMK ZMW ZRN ZRZ ZWC ZWD ZWL ZWN ZWR
        """;

    public static OcdsDefinition Release { get; } = Parse();

    /// <summary>A language tag, RFC 5646 §2.1; compared without case, in linear time.</summary>
    public static Regex LanguageTag { get; } = new(
        """
        ^(?: (?: [a-z]{2,3} (?: -[a-z]{3} (?: -[a-z]{3}){0,2} )? | [a-z]{4,8} )   # language, extended language
             (?: -[a-z]{4} )?                                                     # script
             (?: -(?: [a-z]{2} | [0-9]{3} ) )?                                    # region
             (?: -(?: [a-z0-9]{5,8} | [0-9][a-z0-9]{3} ) )*                       # variants
             (?: -[0-9a-wy-z] (?: -[a-z0-9]{2,8} )+ )*                            # extensions
             (?: -x (?: -[a-z0-9]{1,8} )+ )?                                      # private use
           | x (?: -[a-z0-9]{1,8} )+ )$
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace);

    private static OcdsDefinition Parse()
    {
        var codelists = Lines(Codelists + "\ncurrency " + Currencies.ReplaceLineEndings(" "))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToFrozenDictionary(words => words[0], words => new OcdsCodelist(words[1..]));
        var definitions = Lines(Definitions).Where(line => !line.StartsWith(' '))
            .ToDictionary(name => name, name => new OcdsDefinition(name));

        var current = definitions["Release"];
        foreach (var line in Lines(Definitions))
        {
            if (!line.StartsWith(' '))
            {
                current = definitions[line];
                continue;
            }
            var words = line.Trim().Split(' ', 2);
            current.Add(
                words[0].TrimEnd('!', '~'),
                new OcdsField(Type(words[1]), Required: words[0].EndsWith('!'), Translated: words[0].EndsWith('~')));
        }
        return definitions["Release"];

        OcdsType Type(string notation)
        {
            var nullable = notation.EndsWith('?') ? JsonKinds.Null : JsonKinds.None;
            notation = notation.TrimEnd('?');
            if (notation.EndsWith(']'))
            {
                var open = notation.IndexOf('[');
                return new OcdsType(JsonKinds.Array | nullable)
                {
                    Items = Type(notation[..open]),
                    NotEmpty = notation.AsSpan(open).Contains("1+", StringComparison.Ordinal),
                    Unique = notation.AsSpan(open).Contains("unique", StringComparison.Ordinal),
                };
            }
            if (definitions.TryGetValue(notation, out var definition))
            {
                return new OcdsType(JsonKinds.Object | nullable) { Definition = definition };
            }
            if (notation.EndsWith('}'))
            {
                return new OcdsType(JsonKinds.String | nullable)
                {
                    Codes = codelists[notation[(notation.IndexOf('{') + 1)..^1]],
                };
            }
            var words = notation.Split('|');
            return new OcdsType(words.Aggregate(nullable, (kinds, word) => kinds | Kind(word)))
            {
                NotEmpty = words.Contains("text"),
            };
        }
    }

    private static JsonKinds Kind(string word) => word switch
    {
        "string" or "text" or "date" or "uri" => JsonKinds.String,
        "integer" => JsonKinds.Integer,
        "number" => JsonKinds.Integer | JsonKinds.Fraction,
        "boolean" => JsonKinds.Boolean,
        "object" => JsonKinds.Object,
        "array" => JsonKinds.Array,
        _ => throw new InvalidOperationException($"Unknown type in the table of OCDS structures: {word}"),
    };

    private static string[] Lines(string table) => table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>JSON Schema (draft 4) kinds: a number written with a point or an exponent is no integer.</summary>
[Flags]
internal enum JsonKinds { None = 0, String = 1, Integer = 2, Fraction = 4, Boolean = 8, Object = 16, Array = 32, Null = 64 }

internal sealed class OcdsDefinition(string name)
{
    private readonly Dictionary<string, OcdsField> fields = new(StringComparer.Ordinal);

    public string Name => name;
    public IReadOnlyDictionary<string, OcdsField> Fields => fields;
    public List<string> Required { get; } = [];

    public void Add(string field, OcdsField of)
    {
        fields.Add(field, of);
        if (of.Required)
        {
            Required.Add(field);
        }
    }
}

internal sealed record OcdsField(OcdsType Type, bool Required, bool Translated);

internal sealed record OcdsType(JsonKinds Kinds)
{
    public OcdsDefinition? Definition { get; init; }
    public OcdsType? Items { get; init; }
    public OcdsCodelist? Codes { get; init; }
    public bool NotEmpty { get; init; }
    public bool Unique { get; init; }
}

internal sealed class OcdsCodelist(string[] codes)
{
    private readonly FrozenSet<string> set = codes.ToFrozenSet(StringComparer.Ordinal);

    public bool Contains(string code) => set.Contains(code);

    public override string ToString() => codes.Length <= 20
        ? string.Join(", ", codes)
        : $"{string.Join(", ", codes.Take(5))}… ({codes.Length} codes)";
}
