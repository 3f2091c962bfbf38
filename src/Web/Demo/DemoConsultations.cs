using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Web.Demo;

internal sealed record DemoConsultation(string Reference, ConsultationInput Input, IReadOnlyDictionary<Register, IReadOnlyList<ContactInput>> Registers);

/// <summary>The consultations made by hand: one for each case that decides who is in a register or which messaging is used.</summary>
internal static class DemoConsultations
{
    private static readonly ContactInput
        Ardoises = Company("Ardoises et Zinc d'Anjou", "81234567800017", "Élodie Mercier", "contact@ardoises-anjou.test"),
        Bocage = Company("Bocage Travaux Publics", "81234567800025", "Marc Tessier", "marches@bocage-tp.test"),
        Coeur = Company("Cœur de Loire Paysage", "81234567800033", "Noémie Bœuf", "noemie@coeur-loire.test"),
        Delorme = Company("Établissements Delorme & Fils", "81234567800041", "Paul Delorme", "paul.delorme@delorme.test"),
        Estuaire = Company("Estuaire Ingénierie", "81234567800058", "Yann Kervella", "y.kervella@estuaire-ingenierie.test"),
        Ferreira = Company("SARL Ferreira Voirie", "81234567800066", "Inês Ferreira", "ines@ferreira-voirie.test"),
        Garance = Company("Garance Restauration", "81234567800074", "Lucie Garance", "appels-offres@garance.test"),
        Perdu = Company("Huet Couverture", "81234567800082", "Alain Huet", "alain.huet@inconnu.test"),
        SansAdresse = Company("Imprimerie du Vieux Pont", "81234567800090", null, null);

    public static IReadOnlyList<DemoConsultation> All { get; } =
    [
        new("2026-T-021", Consultation("Réfection de la voirie du quartier des Tanneurs", "2026-04-07T08:15:00+02:00", Procedure.Open, Phase.Offre, lots: [new("1", "Terrassement et enrobés"), new("2", "Espaces verts")]), Registers(
            (Register.Withdrawals, [Bocage, Coeur, Ferreira, Delorme, Perdu, SansAdresse]),
            (Register.Questions, [Ferreira, Coeur]),
            (Register.Deposits, [Bocage, Coeur with { Lots = ["2"] }, Ferreira with { Lots = ["1"] }, Perdu]))),
        new("2026-S-008", Consultation("Maîtrise d'œuvre de la médiathèque : phase offre", "2026-02-16T09:00:00+01:00", Procedure.Restricted, Phase.Offre), Registers(
            (Register.Deposits, [Estuaire, Delorme, Ardoises, Bocage]),
            (Register.Selected, [Estuaire, Delorme, Ardoises]))),
        new("2026-S-015", Consultation("Renouvellement de l'éclairage public : phase candidature", "2026-09-14T14:00:00+02:00", Procedure.Negotiated, Phase.Candidature), Registers(
            (Register.Withdrawals, [Bocage, Estuaire]))),
        new("2025-AC-003", Consultation("Accord-cadre d'entretien des toitures communales", "2025-03-10T08:00:00+01:00", Procedure.Open, Phase.Offre), Registers(
            (Register.Deposits, [Ardoises, Perdu, Delorme]),
            (Register.Awardees, [Ardoises, Delorme]))),
        new("2026-MS-012", Consultation("Marché subséquent : toiture de l'école Jean-Macé", "2026-05-18T10:30:00+02:00", Procedure.FrameworkCallOff, Phase.Offre, upstream: ["2025-AC-003"]), Registers()),
        new("2025-SAD-001", Consultation("Système d'acquisition dynamique : fournitures de restauration", "2025-06-02T09:00:00+02:00", Procedure.Open, Phase.Offre), Registers(
            (Register.Awardees, [Garance, Coeur]))),
        new("2026-MSP-004", Consultation("Marché spécifique : denrées du centre de loisirs", "2026-06-22T09:00:00+02:00", Procedure.DpsCallOff, Phase.Offre, upstream: ["2025-SAD-001"]), Registers()),
        new("2024-F-117", Consultation("Fourniture de mobilier scolaire", "2024-11-05T09:00:00+01:00", Procedure.Adapted, Phase.Offre), Registers(
            (Register.Deposits, [Delorme, Garance]))),
    ];

    private static ContactInput Company(string company, string siret, string? name, string? email) => new(company, siret, name, email, new DateTimeOffset(2026, 4, 20, 9, 12, 0, TimeSpan.Zero), []);

    private static ConsultationInput Consultation(string title, string initialisedAt, Procedure procedure, Phase phase, string[]? upstream = null, Lot[]? lots = null) =>
        new(title, DateTimeOffset.Parse(initialisedAt, System.Globalization.CultureInfo.InvariantCulture), procedure, phase, upstream ?? [], lots ?? []);

    private static Dictionary<Register, IReadOnlyList<ContactInput>> Registers(params (Register Register, IReadOnlyList<ContactInput> Contacts)[] registers) =>
        registers.ToDictionary(r => r.Register, r => r.Contacts);
}
